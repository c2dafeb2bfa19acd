/** The indices of the default world: a catalog of images, and one of an archive. */

const observatory = "urn:globus:groups:id:d5a17c3e-0b48-4f92-86de-71c9e4b3f0a2"

const image = (
  name: string,
  title: string,
  object: { readonly name: string; readonly type: string },
  observed: string,
  exposure: number,
  filters: ReadonlyArray<string>,
  site: { readonly lat: number; readonly lon: number },
  visible_to: ReadonlyArray<string> = ["public"]
) => ({
  subject: `globus://6c54cade-bde5-45c1-bdea-f4bd71dba2cc/home/share/godata/${name}`,
  visible_to,
  content: { title, object, observed, exposure_seconds: exposure, filters, site, file: { format: "fits" } }
})

const ridge = { lat: 32.78, lon: -105.82 }
const coast = { lat: -29.26, lon: -70.73 }

export const defaultIndices = [
  {
    id: "4b7e0d92-8c15-4a36-b9f8-e1d5703c62af",
    display_name: "Observatory Images",
    description: "What was observed, when, and through which filters. This index is simulated.",
    field_mapping: { site: "geo_point" },
    entries: [
      image(
        "exposure-001.fits",
        "The Pinwheel Galaxy through a blue filter",
        { name: "M101", type: "galaxy" },
        "2025-03-14T01:07:31Z",
        300,
        ["B"],
        ridge
      ),
      image(
        "exposure-002.fits",
        "The Pinwheel Galaxy in three colors",
        { name: "M101", type: "galaxy" },
        "2025-03-14T02:17:31Z",
        900,
        ["B", "V", "R"],
        ridge
      ),
      image(
        "exposure-003.fits",
        "The Andromeda Galaxy and its companions",
        { name: "M31", type: "galaxy" },
        "2024-11-02T03:27:31Z",
        600,
        ["V"],
        ridge
      ),
      image(
        "exposure-004.fits",
        "The Tarantula Nebula in hydrogen light",
        { name: "NGC 2070", type: "nebula" },
        "2023-12-20T04:37:31Z",
        1200,
        ["H-alpha"],
        coast
      ),
      image(
        "exposure-005.fits",
        "A faint nebula, unpublished",
        { name: "Candidate 7", type: "nebula" },
        "2025-03-14T05:47:31Z",
        1800,
        ["H-alpha", "O III"],
        coast,
        [observatory]
      )
    ]
  },
  {
    id: "c92f5a18-3d60-4e7b-8a41-07b6d8e4c35f",
    display_name: "Harbor Institute Holdings",
    description: "What the archive of the Harbor Institute holds. This index is simulated.",
    owner: "linus@lab.example.edu",
    entries: [
      {
        subject: "https://archive.example.edu/tide-tables",
        content: { title: "Tide tables of the harbor", year: 1911, pages: 240, language: "en" }
      },
      {
        subject: "https://archive.example.edu/lighthouse-logs",
        content: { title: "Logs of the lighthouse", year: 1897, pages: 1310, language: "en" }
      }
    ]
  }
] as const
