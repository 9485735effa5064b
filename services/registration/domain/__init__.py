"""Who may enter, under which number, and how often somebody may guess: rules as plain functions."""
