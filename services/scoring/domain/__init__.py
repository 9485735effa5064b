"""What right, valid and counted mean. No driver, no broker, no clock."""
