/** Every document of Compute is written back as it was read. */
import * as Compute from "../../src/compute/index.ts"
import * as Contract from "../service/internal/Contract.ts"

Contract.documents("Compute", Compute)
