"""Pages for whoever runs migrations: all of them, one fleet, one migration. They only show, and decide nothing."""
