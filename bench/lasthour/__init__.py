"""The last hour before a deadline as an open load: k6 sends it through Caddy, whether or not the stack keeps up."""
