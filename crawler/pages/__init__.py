"""What all pages for a browser share: the theme, and how a policy names a style or script."""
