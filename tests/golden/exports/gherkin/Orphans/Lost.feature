@Saaaa0005
Feature: Lost

  @Tcccc0004
  Scenario: Lost too
