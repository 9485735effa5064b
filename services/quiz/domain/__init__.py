"""What quiz decides, without a framework, a database or a clock."""
