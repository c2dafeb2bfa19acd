/** The documents of Compute keep whatever is in them. */
import * as Compute from "../../src/compute/index.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"

DocumentLaws.suite({ ...Compute })
