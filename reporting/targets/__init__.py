"""What the hub wants to reach, and what it started from: dated data, read by returns and dashboards."""
