package curation;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Delta's commits on S3, each a conditional put (If-None-Match): of two drivers that commit the same
 * version one is refused. Delta's own store for S3 looks first and then overwrites.
 *
 * Compiled at set-up by the Janino in pyspark's jars, so that no JDK is needed.
 */
public class S3ConditionalLogStore extends HadoopFileSystemLogStore {
  public S3ConditionalLogStore(Configuration settings) {
    super(settings);
  }

  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration settings)
      throws IOException {
    FileSystem files = path.getFileSystem(settings);
    FSDataOutputStream out;
    if (overwrite) {
      out = files.create(path, true);
    } else {
      if (files.exists(path)) throw new FileAlreadyExistsException(path.toString());
      // create(path, false) would look first and then overwrite.
      out = (FSDataOutputStream) files.createFile(path)
          .must("fs.option.create.conditional.overwrite", true)
          .build();
    }
    try {
      while (actions.hasNext()) {
        out.write((actions.next() + "\n").getBytes(StandardCharsets.UTF_8));
      }
      out.close();
    } catch (IOException error) {
      if (isRefused(error)) {
        throw (IOException) new FileAlreadyExistsException(path.toString()).initCause(error);
      }
      throw error;
    }
  }

  private static boolean isRefused(Throwable error) {
    for (Throwable link = error; link != null; link = link.getCause()) {
      if (link.getClass().getSimpleName().equals("RemoteFileChangedException")
          || String.valueOf(link.getMessage()).contains("Status Code: 412")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration settings) {
    return false;
  }
}
