/** The encrypted token file: what it shows, when it opens, and what happens without its key. */
import { fileContract } from "./internal/fileContract.ts"

fileContract("keyring", "encrypted")
