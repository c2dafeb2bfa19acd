/** What Transfer knows about an endpoint or a collection of a server. */
import type { Collection } from "../State.ts"

export const described = (collection: Collection) => ({
  display_name: collection.display_name,
  description: collection.description,
  organization: collection.organization,
  keywords: collection.keywords,
  public: collection.public
})
