"""Where tables and files lie: a disk, HDFS, S3 and the like. Only this room opens them."""
