/** What Globus Groups answers in the tests of its client. */
export const groupId = "d3974728-6458-11e4-b72d-123139141556"
export const parentId = "fdb38a24-03c1-11e3-86f7-12313809f035"
export const subscriptionId = "f1c561a2-e7b9-11f1-a556-02fc00000001"
export const identityId = "ae332d86-d274-11e5-b885-b31714a110e9"
export const otherIdentityId = "ae341a98-d274-11e5-b888-dbae3a8ba545"

export const membership = (identity_id: string = identityId, role = "member", status = "active") => ({
  group_id: groupId,
  identity_id,
  username: "claptrap@globus.org",
  role,
  status
})

export const policies = {
  is_high_assurance: false,
  group_visibility: "private",
  group_members_visibility: "managers",
  join_requests: false,
  signup_fields: ["address1"]
}

export const group = {
  id: groupId,
  name: "Rough Riders",
  description: "No stairs allowed.",
  terms_and_conditions: null,
  parent_id: parentId,
  group_type: "plus",
  enforce_session: true,
  session_limit: 1800,
  session_timeouts: { [identityId]: { expire_time: "2026-01-01T00:00:00+00:00", expires_in: 12 } },
  child_ids: [],
  my_memberships: [membership()],
  memberships: [
    {
      ...membership(otherIdentityId, "admin", "invited"),
      source_group_id: parentId,
      status_reason: "because",
      invite_email_address: "claptrap@example.org",
      invite_time: "2025-12-31T00:00:00+00:00",
      updated: "2025-12-31T00:00:00+00:00",
      membership_fields: { department: "Automata" }
    }
  ],
  allowed_actions: {
    add: [identityId],
    change_role: [],
    invite: [],
    remove: [],
    join: [],
    request_join: [],
    approve: [],
    reject: [],
    accept: [],
    leave: [],
    decline: []
  },
  policies,
  subscription_id: subscriptionId,
  subscription_info: {
    name: "Golems R Us",
    subscriber_name: "Golem Lab",
    is_high_assurance: true,
    is_baa: false,
    connectors: { "052be037-7dda-4d20-b163-3077314dc3e6": { is_ha: true, is_baa: false } }
  },
  subscription_admin_verified_id: null
}
