/** The world of the documentation: the tutorial collections, a cluster and an archive. */
import { defaultIndices } from "./defaultIndices.ts"

export const nativeClientId = "7b2f4c1e-93d0-4e58-a6b1-0c8d5f2e71a4"

export const confidentialClientId = "c40d8e92-1f6b-4a37-9e05-b7a3d21c6f88"

export const confidentialClientSecret = "not-a-secret-this-is-a-simulation"

const MB = 1_000_000

const rosalind = "3e8d1f70-5c2a-4b96-8f14-d9a06be2c537"
const linus = "91b6e2d4-8a05-4f7c-b3d9-5e20c74a1f68"

// Those of Globus' own tutorial collections, so that a program that uses them runs here as it does there.
const tutorial1 = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const tutorial2 = "31ce9ba0-176d-45a5-add3-f37d233ba47d"
const cluster = "5f90c7a2-e6d8-4b31-92ac-3b7d0e84f516"
const clusterDisks = "90d2f7b4-1c6e-4a53-b8e0-7f4d2a9c3b15"
const archive = "e83b14f6-7d29-4e05-a8c7-6c1f92d5b04a"

const night = (date: string, exposures: ReadonlyArray<number>) =>
  Object.fromEntries(
    exposures.map((megabytes, index) => [
      `exposure-${String(index + 1).padStart(3, "0")}.fits`,
      {
        type: "file" as const,
        size: megabytes * MB,
        modified: `${date}T0${index + 1}:${index}7:31Z`,
        user: "tutorial",
        group: "tutorial"
      }
    ])
  )

const file = (size: number, modified: string) =>
  ({ type: "file", size, modified, user: "tutorial", group: "tutorial" }) as const

export const defaultWorld = {
  identities: [
    {
      id: rosalind,
      username: "rosalind@example.org",
      name: "Rosalind Okafor",
      email: "rosalind@example.org",
      organization: "Example Institute"
    },
    {
      id: linus,
      username: "linus@lab.example.edu",
      name: "Linus Marchetti",
      organization: "Example University"
    }
  ],
  clients: [
    { type: "native", id: nativeClientId, name: "Quickstart" },
    {
      type: "confidential",
      id: confidentialClientId,
      name: "Nightly Sync",
      secret: confidentialClientSecret,
      redirect_uris: ["http://localhost/callback"]
    }
  ],
  collections: [
    {
      id: tutorial1,
      display_name: "Globus Tutorial Collection 1",
      description: "A night at a small observatory, to try things with. This collection is simulated.",
      organization: "Example Institute",
      keywords: ["tutorial", "astronomy"],
      home: "/home/rosalind",
      files: {
        home: {
          rosalind: {
            "README.txt": "Your home directory on a simulated collection.\n",
            "m31-preview.png": file(2_318_446, "2025-02-11T19:03:27Z")
          },
          share: {
            godata: {
              "README.md":
                "# M101\n\nExposures of the spiral galaxy M101 in one night. They are simulated.\n",
              ...night("2025-03-14", [68, 68, 71, 66, 69]),
              "observing-log.txt": "Seeing 1.1 arcsec, thin clouds after 04:00 UT.\n"
            },
            calibration: {
              "bias-master.fits": file(34 * MB, "2025-03-02T20:11:04Z"),
              "dark-300s.fits": file(34 * MB, "2025-03-02T21:40:52Z"),
              "flat-r.fits": file(34 * MB, "2025-03-03T05:02:19Z")
            }
          }
        }
      }
    },
    {
      id: tutorial2,
      display_name: "Globus Tutorial Collection 2",
      description: "A shared space for results, to which everybody may write. This collection is simulated.",
      organization: "Example University",
      keywords: ["tutorial", "genomics"],
      owner: "linus@lab.example.edu",
      home: "/home/rosalind",
      files: {
        home: {
          rosalind: { "README.txt": "Your home directory on a simulated collection.\n" },
          share: {
            godata: {
              "yeast-s288c.fa.gz": file(3_843_460, "2024-11-05T13:37:00Z"),
              "yeast-s288c.gff.gz": file(1_292_011, "2024-11-05T13:37:00Z")
            }
          }
        }
      }
    },
    {
      id: cluster,
      display_name: "Ridgeline Cluster Scratch",
      description: "The parallel file system of the Ridgeline cluster, purged after 90 days.",
      organization: "Example Institute",
      keywords: ["hpc", "scratch"],
      entity_type: "GCSv5_mapped_collection",
      data_access: true,
      home: "/scratch/rosalind",
      files: {
        scratch: {
          rosalind: {
            "lattice-qcd": {
              "config-0100.lime": file(212 * MB, "2025-05-20T02:14:00Z"),
              "config-0200.lime": file(212 * MB, "2025-05-20T06:48:00Z"),
              "run.sh": "#!/bin/sh\nsrun ./hmc --steps 200\n"
            },
            ".bashrc": "module load gcc\n"
          }
        }
      }
    },
    {
      id: archive,
      display_name: "Harbor Institute Archive",
      description: "Long-term storage on tape.",
      organization: "Harbor Institute",
      keywords: ["archive"],
      owner: "linus@lab.example.edu",
      entity_type: "GCSv5_mapped_collection",
      data_access: true,
      home: "/archive/projects",
      files: { archive: { projects: { "MANIFEST.tsv": file(92_004, "2024-12-31T23:59:00Z") } } }
    }
  ],
  gcs_endpoints: [
    {
      id: "2c7e9a41-f05b-4d38-8c16-e3b0a5d7f924",
      display_name: "Ridgeline Data Transfer Nodes",
      organization: "Example University",
      owner: "linus@lab.example.edu",
      administrators: ["rosalind@example.org"],
      storage_gateways: [{ id: clusterDisks, display_name: "Scratch" }]
    }
  ],
  compute_endpoints: [
    {
      id: "a8f3c61d-4b79-4e02-95d8-1e6c0b7f2d43",
      name: "ridgeline",
      display_name: "Ridgeline Cluster",
      owner: "linus@lab.example.edu",
      public: true
    }
  ],
  compute_functions: [
    {
      id: "5d19b0e8-72c4-4f6a-a3d5-c8e4f1902b76",
      name: "hello_world",
      description: "Says hello.",
      public: true,
      returns: "Hello from a simulated cluster!"
    }
  ],
  flows: [
    {
      id: "0a7d93c5-6e1f-48b2-9d40-f85b27c3e6a1",
      title: "Move and verify a dataset",
      subtitle: "Transfer, compare checksums, tell the team",
      description:
        "Transfers a directory, verifies every checksum at the destination, and fails if one differs.",
      keywords: ["transfer", "verification"],
      definition: {
        StartAt: "Transfer",
        States: {
          Transfer: {
            Type: "Action",
            ActionUrl: "https://transfer.actions.globus.org/transfer",
            Parameters: {
              "source_endpoint.$": "$.source.id",
              "destination_endpoint.$": "$.destination.id",
              DATA: [{ "source_path.$": "$.source.path", "destination_path.$": "$.destination.path" }]
            },
            ResultPath: "$.TransferResult",
            Next: "Settle"
          },
          Settle: { Type: "Wait", Seconds: 1, Next: "Report" },
          Report: { Type: "Pass", Parameters: { verified: true }, ResultPath: "$.Report", End: true }
        }
      },
      input_schema: {
        type: "object",
        required: ["source", "destination"],
        properties: {
          source: {
            type: "object",
            required: ["id", "path"],
            properties: { id: { type: "string" }, path: { type: "string" } }
          },
          destination: {
            type: "object",
            required: ["id", "path"],
            properties: { id: { type: "string" }, path: { type: "string" } }
          }
        }
      }
    },
    {
      id: "b6c81f2d-3507-4ea9-8b7c-49d0a5e2f713",
      title: "Archive last night's exposures",
      subtitle: "From the telescope to tape, every morning",
      description: "Collects what was observed last night, checks that there is anything, and archives it.",
      keywords: ["astronomy", "archive"],
      definition: {
        StartAt: "Anything observed?",
        States: {
          "Anything observed?": {
            Type: "Choice",
            Choices: [{ Variable: "$.exposures", NumericGreaterThan: 0, Next: "Archive" }],
            Default: "Nothing to do"
          },
          Archive: { Type: "Wait", Seconds: 2, Next: "Archived" },
          Archived: { Type: "Pass", Parameters: { "archived.$": "$.exposures" }, End: true },
          "Nothing to do": {
            Type: "Fail",
            Error: "NothingObserved",
            Cause: "There are no exposures to archive."
          }
        }
      },
      input_schema: {
        type: "object",
        required: ["exposures"],
        properties: { exposures: { type: "integer" } }
      }
    },
    {
      id: "f41e70b9-d28a-4c63-a95e-02b6d8c7134f",
      title: "Publish a dataset with a DOI",
      subtitle: "Share, describe, register",
      description: "Shares a directory, waits for a curator's approval, and registers a DOI.",
      keywords: ["publication"],
      owner: "linus@lab.example.edu",
      definition: {
        StartAt: "Share",
        States: {
          Share: {
            Type: "Pass",
            Parameters: { "shared.$": "$.path" },
            ResultPath: "$.Share",
            Next: "Approval"
          },
          Approval: { Type: "Wait", Seconds: 3, Next: "Register" },
          Register: {
            Type: "Pass",
            Parameters: { doi: "10.5555/simulated.1" },
            ResultPath: "$.Registration",
            End: true
          }
        }
      }
    }
  ],
  groups: [
    {
      id: "d5a17c3e-0b48-4f92-86de-71c9e4b3f0a2",
      name: "Observatory",
      description: "Everybody who observes, reduces or archives.",
      policies: {
        group_visibility: "authenticated",
        group_members_visibility: "members",
        join_requests: true
      },
      members: [{ identity: rosalind, role: "admin" }, { identity: linus }]
    },
    {
      id: "2c90b6f4-7e15-4da3-b8c1-60f3d2a59e74",
      name: "Night assistants",
      description: "Those who may operate the dome.",
      parent_id: "d5a17c3e-0b48-4f92-86de-71c9e4b3f0a2",
      members: [
        { identity: rosalind, role: "manager" },
        { identity: linus, role: "admin" }
      ]
    },
    {
      id: "a84e3f19-c60d-4527-9b1f-3d8e05c7f6b1",
      name: "Example University",
      description: "The subscription of Example University.",
      policies: { group_visibility: "authenticated" },
      members: [
        { identity: linus, role: "admin" },
        { identity: rosalind, status: "invited", invite_email_address: "rosalind@example.org" }
      ],
      subscription: { id: "57d2c8e0-91ba-4f36-8e4d-b0a7c3f9125e", name: "Example University" }
    }
  ],
  indices: defaultIndices,
  timers: [
    {
      id: "8e1f6b3a-d07c-4952-a4e8-c5b92f7d1306",
      name: "Copy the exposures every night",
      timer_type: "transfer",
      schedule: { type: "recurring", interval_seconds: 86_400 },
      // So that nothing happens in this world unless somebody wants it to.
      paused: true,
      body: {
        source_endpoint: tutorial1,
        destination_endpoint: tutorial2,
        DATA: [{ source_path: "/home/share/godata/", destination_path: "/~/exposures/", recursive: true }],
        sync_level: 3
      }
    }
  ]
} as const
