/**
 * The files of a collection over HTTPS.
 */
export {
  CollectionClient,
  type DownloadOptions,
  type FileMetadata,
  type Range,
  type UploadOptions
} from "./CollectionClient.ts"
export * from "./FileError.ts"
