@Saaaa0001
Feature: Checkout
  All after the basket.

  @Tcccc0003
  Scenario: Just a text
    No steps in here.
