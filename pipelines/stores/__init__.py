"""Where tables and files lie: a disk, HDFS, S3 and the like; no other room reaches them."""
