"""What every way in has in common: find, begin, wake, decide and cancel migrations. Knows no HTTP route."""
