@Saaaa0002 @money
Feature: Payment

  @Tcccc0001 @card @smoke @priority:high @state:manual @owner:anna_example.com @label:Severity:high @issue:SHOP-1
  Scenario: Pays by card
    Given the preconditions
      """markdown
      * Nobody is signed in
      """
    * Open the basket
    * Press **Pay**
    Then The order is shown
      """markdown

      A mail is sent
      """

  @Tcccc0002 @priority:important @state:automated
  Scenario Outline: Pays <sum> by <way>
    * Pay
    Then It is paid

    Examples:
      | sum | way |
      | 5 | card |
      | 7 | invoice |
