"""Templates and static files of the pages; renders them, and knows nothing of Azure or of migrations."""
