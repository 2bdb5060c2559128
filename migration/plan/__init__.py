"""From what was asked and what Azure has to a plan, or every problem at once. Not what becomes of it."""
