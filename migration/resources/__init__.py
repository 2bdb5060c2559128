"""What Azure has: images, galleries, versions, replication, as read. Not what anybody wants of it."""
