/** The token database: its tables, what of it is kept, and other programs beside this one. */
import { fileContract } from "./internal/fileContract.ts"

fileContract("sqlite", "db")
