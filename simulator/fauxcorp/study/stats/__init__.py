"""Statistics of counts: intervals, exact tests, power."""
