/** The documents of Flows keep whatever is in them. */
import * as Document from "../../src/flows/Document.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"

DocumentLaws.suite(Document)
