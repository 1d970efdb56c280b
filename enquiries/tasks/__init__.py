"""What people have to do by a day. What the worker process does by itself is in enquiries/jobs.py."""
