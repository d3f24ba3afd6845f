/** Of a file in a tar archive: nothing of it depends on when, where or by whom it was written. */
export const tarHeader = (name: string, size: number) => ({
  name,
  size,
  mode: 0o644,
  mtime: new Date(0),
  uid: 0,
  gid: 0,
});
