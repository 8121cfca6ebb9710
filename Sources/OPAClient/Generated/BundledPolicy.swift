// swift-format-ignore-file
// Made by policies/embed.sh from the files in policies/. Edit those.

enum BundledPolicy {
    static let base = ##"""
# METADATA
# title: Palana's base policy
# description: |
#   Decides one request. Everything about the agent is in the input: only the rules whose host matches arrive, so a
#   decision costs the same however many rules an agent has. EgressPolicy modules are loaded beside this one, each
#   in `palana.modules.<id>`; `data.palana.sets[<revision>]` lists those that make up a revision and whom they
#   select. A revision that isn't loaded whole decides nothing.
package palana.egress

# What the gateway asks for. Undefined when anything here is undefined, which the gateway takes as a refusal.
decision := object.union(verdict, {"policy_revision": input.policy_revision})

# The order is the policy: faults, then denials, then placeholders, then what allows, then what asks.
verdict := denied("default", "policy_unavailable", fault) if {
	fault := sort(faults)[0]
} else := denied(rule.name, "denied_by_policy", reason) if {
	rule := matching_denials[0]
	reason := sprintf("%s denies %s %s.", [rule.name, input.request.method, input.request.host])
} else := denied(said.rule, "denied_by_policy", said.reason) if {
	said := module_denials[0]
} else := denied("default", "placeholder_not_allowed_here", reason) if {
	stray := stray_placeholders[0]
	reason := sprintf("The placeholder of secret %s may not go to %s: it is bound to %s.", [stray.secret, input.request.host, concat(", ", stray.bound_hosts)])
} else := asked(said.rule, said.reason) if {
	count(accepted) > 0
	said := module_asks[0]
} else := allowed(rule.name, reason) if {
	unopposed
	rule := accepted[0]
	reason := sprintf("%s allows %s %s.", [rule.name, input.request.method, input.request.host])
} else := denied(rule.name, obstacle.code, obstacle.reason) if {
	rule := applicable[0]
	obstacle := obstacles(rule)[0]
} else := unmatched

# Says again what an allowance rests on, so that it never follows from a denial that could not be worded.
unopposed if {
	count(faults) == 0
	count(matching_denials) == 0
	count(module_denials) == 0
	count(stray_placeholders) == 0
	count(module_asks) == 0
}

# No rule allows the request: the default holds. With rules for the host a denial says what they lack.
unmatched := denied("default", "foreign_credential", reason) if {
	input.rules["default"] in {"ask", "observe"}
	count(input.credentials.foreign) > 0
	reason := sprintf("No rule allows %s, and a credential of the agent's own (in %s) never passes without one.", [input.request.host, concat(", ", input.credentials.foreign)])
} else := asked("default", reason) if {
	input.rules["default"] == "ask"
	reason := sprintf("No rule allows %s; a person has to approve it.", [input.request.host])
} else := observed if {
	input.rules["default"] == "observe"
} else := denied("default", "denied_by_policy", reason) if {
	count(input.rules.allow) == 0
	reason := sprintf("No rule allows %s.", [input.request.host])
} else := denied(input.rules.allow[0].name, "port_not_allowed", reason) if {
	count(on_port) == 0
	reason := sprintf("No rule for %s allows port %d over %s.", [input.request.host, input.request.port, input.request.scheme])
} else := denied(on_port[0].name, "denied_by_policy", reason) if {
	count(on_method) == 0
	reason := sprintf("%s does not allow the method %s on %s.", [on_port[0].name, concat(" overridden to ", method_names), input.request.host])
} else := denied(on_method[0].name, "denied_by_policy", reason) if {
	reason := sprintf("%s does not allow this path on %s.", [on_method[0].name, input.request.host])
}

observed := denied("default", "denied_by_policy", reason) if {
	count(input.credentials.placeholders) > 0
	reason := sprintf("No rule allows %s, and a request with a secret is never only observed.", [input.request.host])
} else := denied("default", "port_not_allowed", reason) if {
	not standard_port
	reason := sprintf("No rule allows %s, and only the ports 443 and 80 are observed.", [input.request.host])
} else := asked(said.rule, said.reason) if {
	said := module_asks[0]
} else := allowed("default", reason) if {
	unopposed
	reason := sprintf("No rule allows %s; it is let through and recorded (observe).", [input.request.host])
}

# The shapes of an answer.

denied(rule, code, reason) := {
	"allow": false, "action": "deny", "rule": rule, "reason": reason,
	"inject": [], "redact": false, "code": code,
}

asked(rule, reason) := {
	"allow": false, "action": "ask", "rule": rule, "reason": reason,
	"inject": [], "redact": false, "code": "awaiting_approval",
}

allowed(rule, reason) := {
	"allow": true, "action": "allow", "rule": rule, "reason": reason,
	"inject": injected, "redact": count(injected) > 0,
}

injected := sort({placeholder.secret | some placeholder in input.credentials.placeholders})

# Faults: whatever makes this set of modules unfit to decide.

faults contains "OPA does not hold the revision of the policies that was asked for." if {
	not current
}

faults contains reason if {
	some id in selected
	policy := data.palana.sets[input.policy_revision].policies[id]
	some kind in policy.kinds
	not says(id, kind)
	reason := sprintf("EgressPolicy/%s is not loaded whole: its %s is missing.", [policy.name, kind])
}

faults contains reason if {
	some id in selected
	not described(id)
	reason := sprintf("The policies' revision lists a module %s that it does not describe.", [id])
}

# Always negated by name: in `not f(data.x[y])` OPA evaluates the reference outside of `not`, and what is missing would
# then be no fault.

current if data.palana.sets[input.policy_revision].revision == input.policy_revision

says(id, kind) if is_set(data.palana.modules[id][kind])

described(id) if is_string(data.palana.sets[input.policy_revision].policies[id].name)

# What the publisher asks: whether the revision is here with all its modules.
loaded if {
	current
	every id, policy in data.palana.sets[input.policy_revision].policies {
		data.palana.modules[id].palana_present == policy.name
	}
}

# Modules: who is selected, and what they say.

# A CONNECT asks for a host and a port only; modules, methods and paths are asked about each request inside.
tunnel if input.request.method == "CONNECT"

selected contains id if {
	some id in data.palana.sets[input.policy_revision].index.everyone
}

selected contains id if {
	some id in data.palana.sets[input.policy_revision].index.owners[hex.encode(input.agent.owner)]
	selects(data.palana.sets[input.policy_revision].policies[id])
}

selected contains id if {
	some key, value in input.agent.labels
	some id in data.palana.sets[input.policy_revision].index.labels[key][value]
	selects(data.palana.sets[input.policy_revision].policies[id])
}

# Owners narrow labels and labels narrow owners; a policy without owners selects any.
selects(policy) if {
	selects_owner(policy)
	every key, value in policy.labels {
		input.agent.labels[key] == value
	}
}

selects_owner(policy) if not policy.owners

selects_owner(policy) if input.agent.owner in policy.owners

module_denials := [said |
	some id in selected
	not tunnel
	some element in data.palana.modules[id].deny
	said := statement(id, element)
]

module_asks := [said |
	some id in selected
	not tunnel
	some element in data.palana.modules[id].ask
	said := statement(id, element)
]

# Only a policy that an administrator marked may widen; what it grants counts as a rule.
module_grants := [grant |
	some id in selected
	data.palana.sets[input.policy_revision].policies[id].grants == true
	not tunnel
	some element in data.palana.modules[id].allow
	is_object(element)
	rule := {key: value | some key in ["credentials", "cookies"]; value := element[key]}
	grant := {"name": statement(id, element).rule, "rule": object.union(rule, {"ports": [input.request.port]})}
]

# Whatever an element looks like, it counts: a denial with an odd shape is still a denial.
statement(id, element) := {"rule": rule, "reason": reason} if {
	policy := data.palana.sets[input.policy_revision].policies[id]
	rule := trim_space(sprintf("EgressPolicy/%s %s", [policy.name, text_of(element, "rule", "")]))
	reason := text_of(element, "reason", sprintf("EgressPolicy/%s decided so.", [policy.name]))
}

text_of(element, key, otherwise) := element[key] if {
	is_object(element)
	is_string(element[key])
} else := element if {
	key == "reason"
	is_string(element)
} else := otherwise

# Denials. Left open, a denial covers everything: every port, every method, every path.

matching_denials := [entry |
	some entry in input.rules.deny
	denies_port(entry.rule)
	denies_method(entry.rule)
	denies_path(entry.rule)
]

denies_port(rule) if count(object.get(rule, "ports", [])) == 0

denies_port(rule) if input.request.port in rule.ports

denies_method(rule) if count(object.get(rule, "methods", [])) == 0

denies_method(rule) if {
	not tunnel
	some method in rule.methods
	upper(method) in {upper(each) | some each in methods}
}

denies_path(rule) if count(object.get(rule, "paths", [])) == 0

denies_path(rule) if {
	not tunnel
	some glob in rule.paths
	some path in {input.request.path, single_slashes}
	regex.match(pattern(glob), path)
}

single_slashes := regex.replace(input.request.path, `/{2,}`, "/")

# Allowances, narrowed step by step so that a refusal can say what was missing.

on_port := [entry |
	some entry in input.rules.allow
	allows_port(entry.rule)
]

on_method := [entry |
	some entry in on_port
	allows_methods(entry.rule)
]

on_path := [entry |
	some entry in on_method
	allows_path(entry.rule)
]

applicable := array.concat(on_path, module_grants)

accepted := [entry |
	some entry in applicable
	count(obstacles(entry)) == 0
]

allows_port(rule) if {
	not rule.ports
	standard_port
}

allows_port(rule) if {
	input.request.port in rule.ports
	not crossed
}

standard_port if {
	tunnel
	input.request.port in {80, 443}
}

standard_port if {
	input.request.scheme == "https"
	input.request.port == 443
}

standard_port if {
	input.request.scheme == "http"
	input.request.port == 80
}

# A rule for port 443 means TLS: clear text there would show a secret to the network. Port 80 never means TLS.
crossed if {
	not tunnel
	input.request.port == {"http": 443, "https": 80}[input.request.scheme]
}

allows_methods(rule) if not rule.methods

allows_methods(_) if tunnel

allows_methods(rule) if {
	every method in methods {
		method in rule.methods
	}
}

# Servers that honour an override act on it, so it has to be allowed (or may be denied) like the method itself.
methods := {input.request.method} | {trim_space(named) |
	some header in ["x-http-method-override", "x-http-method", "x-method-override"]
	some named in split(input.request.headers[header], ",")
}

# The method that was sent first, then what it is overridden to.
method_names := array.concat([input.request.method], sort(methods - {input.request.method}))

allows_path(rule) if not rule.paths

allows_path(_) if tunnel

allows_path(rule) if {
	"/**" in rule.paths
}

# Servers differ about empty segments, so only a rule for every path covers them.
allows_path(rule) if {
	not contains(input.request.path, "//")
	some glob in rule.paths
	regex.match(pattern(glob), input.request.path)
}

# A glob as an anchored expression: `*` stays within a segment, `**` as a whole segment spans any number of them (none,
# too). The path arrives with `%2F` kept as data, so an encoded slash is never a separator.
pattern(glob) := sprintf("(?s)^%s$", [concat("", pieces)]) if {
	pieces := [piece(segment) | some place, segment in split(glob, "/"); place > 0]
}

piece("**") := "(?:/[^/]*)*"

piece(segment) := sprintf("/%s", [regex.replace(quoted, `\*+`, "[^/]*")]) if {
	segment != "**"
	quoted := regex.replace(segment, `[\\.+?()|\[\]{}^$]`, `\$0`)
}

# What stands against a rule that matches: an array, empty when nothing does.

obstacles(entry) := array.concat(foreign_obstacles(entry), array.concat(cookie_obstacles(entry), clear_obstacles(entry)))

foreign_obstacles(entry) := [{"code": "foreign_credential", "reason": reason} |
	count(input.credentials.foreign) > 0
	object.get(entry.rule, "credentials", "placeholder") != "any"
	reason := sprintf("%s lets no credential but the agent's placeholders through to %s; this request carries one in %s.", [entry.name, input.request.host, concat(", ", input.credentials.foreign)])
]

cookie_obstacles(entry) := [{"code": "foreign_credential", "reason": reason} |
	object.get(entry.rule, "cookies", "allow") != "allow"
	input.request.headers.cookie
	reason := sprintf("%s lets no cookies through to %s.", [entry.name, input.request.host])
]

# A secret goes out in clear text only where the rule names the port.
clear_obstacles(entry) := [{"code": "placeholder_not_allowed_here", "reason": reason} |
	count(input.credentials.placeholders) > 0
	input.request.scheme != "https"
	not names_port(entry.rule)
	reason := sprintf("A secret goes to %s over http only if %s names port %d.", [input.request.host, entry.name, input.request.port])
]

names_port(rule) if input.request.port in rule.ports

# Placeholders of this agent that this host may not have.
stray_placeholders := [placeholder |
	some placeholder in input.credentials.placeholders
	not bound(placeholder)
]

bound(placeholder) if input.request.host in placeholder.bound_hosts

bound(placeholder) if {
	some pattern in placeholder.bound_hosts
	startswith(pattern, "*.")
	endswith(input.request.host, substring(pattern, 1, -1))
}
"""##

    static let capabilities = ##"""
{
"builtins": [
{"name":"abs","categories":["numbers"],"decl":{"args":[{"description":"the number to take the absolute value of","name":"x","type":"number"}],"result":{"description":"the absolute value of `x`","name":"y","type":"number"},"type":"function"}},
{"name":"and","categories":["sets"],"decl":{"args":[{"description":"the first set","name":"x","of":{"type":"any"},"type":"set"},{"description":"the second set","name":"y","of":{"type":"any"},"type":"set"}],"result":{"description":"the intersection of `x` and `y`","name":"z","of":{"type":"any"},"type":"set"},"type":"function"},"infix":"&"},
{"name":"array.concat","decl":{"args":[{"description":"the first array","dynamic":{"type":"any"},"name":"x","type":"array"},{"description":"the second array","dynamic":{"type":"any"},"name":"y","type":"array"}],"result":{"description":"the concatenation of `x` and `y`","dynamic":{"type":"any"},"name":"z","type":"array"},"type":"function"}},
{"name":"array.reverse","decl":{"args":[{"description":"the array to be reversed","dynamic":{"type":"any"},"name":"arr","type":"array"}],"result":{"description":"an array containing the elements of `arr` in reverse order","dynamic":{"type":"any"},"name":"rev","type":"array"},"type":"function"}},
{"name":"array.slice","decl":{"args":[{"description":"the array to be sliced","dynamic":{"type":"any"},"name":"arr","type":"array"},{"description":"the start index of the returned slice; if less than zero, it's clamped to 0","name":"start","type":"number"},{"description":"the stop index of the returned slice; if larger than `count(arr)`, it's clamped to `count(arr)`","name":"stop","type":"number"}],"result":{"description":"the subslice of `array`, from `start` to `end`, including `arr[start]`, but excluding `arr[end]`","dynamic":{"type":"any"},"name":"slice","type":"array"},"type":"function"}},
{"name":"assign","decl":{"args":[{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":":="},
{"name":"base64.decode","categories":["encoding"],"decl":{"args":[{"description":"string to decode","name":"x","type":"string"}],"result":{"description":"base64 deserialization of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"base64.encode","categories":["encoding"],"decl":{"args":[{"description":"string to encode","name":"x","type":"string"}],"result":{"description":"base64 serialization of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"base64.is_valid","categories":["encoding"],"decl":{"args":[{"description":"string to check","name":"x","type":"string"}],"result":{"description":"`true` if `x` is valid base64 encoded value, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"base64url.decode","categories":["encoding"],"decl":{"args":[{"description":"string to decode","name":"x","type":"string"}],"result":{"description":"base64url deserialization of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"base64url.encode","categories":["encoding"],"decl":{"args":[{"description":"string to encode","name":"x","type":"string"}],"result":{"description":"base64url serialization of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"base64url.encode_no_pad","categories":["encoding"],"decl":{"args":[{"description":"string to encode","name":"x","type":"string"}],"result":{"description":"base64url serialization of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"bits.and","decl":{"args":[{"description":"the first integer","name":"x","type":"number"},{"description":"the second integer","name":"y","type":"number"}],"result":{"description":"the bitwise AND of `x` and `y`","name":"z","type":"number"},"type":"function"}},
{"name":"bits.lsh","decl":{"args":[{"description":"the integer to shift","name":"x","type":"number"},{"description":"the number of bits to shift","name":"s","type":"number"}],"result":{"description":"the result of shifting `x` `s` bits to the left","name":"z","type":"number"},"type":"function"}},
{"name":"bits.negate","decl":{"args":[{"description":"the integer to negate","name":"x","type":"number"}],"result":{"description":"the bitwise negation of `x`","name":"z","type":"number"},"type":"function"}},
{"name":"bits.or","decl":{"args":[{"description":"the first integer","name":"x","type":"number"},{"description":"the second integer","name":"y","type":"number"}],"result":{"description":"the bitwise OR of `x` and `y`","name":"z","type":"number"},"type":"function"}},
{"name":"bits.rsh","decl":{"args":[{"description":"the integer to shift","name":"x","type":"number"},{"description":"the number of bits to shift","name":"s","type":"number"}],"result":{"description":"the result of shifting `x` `s` bits to the right","name":"z","type":"number"},"type":"function"}},
{"name":"bits.xor","decl":{"args":[{"description":"the first integer","name":"x","type":"number"},{"description":"the second integer","name":"y","type":"number"}],"result":{"description":"the bitwise XOR of `x` and `y`","name":"z","type":"number"},"type":"function"}},
{"name":"ceil","categories":["numbers"],"decl":{"args":[{"description":"the number to round","name":"x","type":"number"}],"result":{"description":"the result of rounding `x` _up_","name":"y","type":"number"},"type":"function"}},
{"name":"concat","categories":["strings"],"decl":{"args":[{"description":"string to use as a delimiter","name":"delimiter","type":"string"},{"description":"strings to join","name":"collection","of":[{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"description":"the joined string","name":"output","type":"string"},"type":"function"}},
{"name":"contains","categories":["strings"],"decl":{"args":[{"description":"string to search in","name":"haystack","type":"string"},{"description":"substring to look for","name":"needle","type":"string"}],"result":{"description":"result of the containment check","name":"result","type":"boolean"},"type":"function"}},
{"name":"count","categories":["aggregates"],"decl":{"args":[{"description":"the set/array/object/string to be counted","name":"collection","of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"the count of elements, key/val pairs, or characters, respectively.","name":"n","type":"number"},"type":"function"}},
{"name":"crypto.hmac.equal","decl":{"args":[{"description":"mac1 to compare","name":"mac1","type":"string"},{"description":"mac2 to compare","name":"mac2","type":"string"}],"result":{"description":"`true` if the MACs are equals, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"crypto.hmac.md5","decl":{"args":[{"description":"input string","name":"x","type":"string"},{"description":"key to use","name":"key","type":"string"}],"result":{"description":"MD5-HMAC of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"crypto.hmac.sha1","decl":{"args":[{"description":"input string","name":"x","type":"string"},{"description":"key to use","name":"key","type":"string"}],"result":{"description":"SHA1-HMAC of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"crypto.hmac.sha256","decl":{"args":[{"description":"input string","name":"x","type":"string"},{"description":"key to use","name":"key","type":"string"}],"result":{"description":"SHA256-HMAC of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"crypto.hmac.sha512","decl":{"args":[{"description":"input string","name":"x","type":"string"},{"description":"key to use","name":"key","type":"string"}],"result":{"description":"SHA512-HMAC of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"crypto.md5","decl":{"args":[{"description":"input string","name":"x","type":"string"}],"result":{"description":"MD5-hash of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"crypto.sha1","decl":{"args":[{"description":"input string","name":"x","type":"string"}],"result":{"description":"SHA1-hash of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"crypto.sha256","decl":{"args":[{"description":"input string","name":"x","type":"string"}],"result":{"description":"SHA256-hash of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"div","categories":["numbers"],"decl":{"args":[{"description":"the dividend","name":"x","type":"number"},{"description":"the divisor","name":"y","type":"number"}],"result":{"description":"the result of `x` divided by `y`","name":"z","type":"number"},"type":"function"},"infix":"/"},
{"name":"endswith","categories":["strings"],"decl":{"args":[{"description":"search string","name":"search","type":"string"},{"description":"base string","name":"base","type":"string"}],"result":{"description":"result of the suffix check","name":"result","type":"boolean"},"type":"function"}},
{"name":"eq","decl":{"args":[{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":"="},
{"name":"equal","categories":["comparison"],"decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"description":"true if `x` is equal to `y`; false otherwise","name":"result","type":"boolean"},"type":"function"},"infix":"=="},
{"name":"floor","categories":["numbers"],"decl":{"args":[{"description":"the number to round","name":"x","type":"number"}],"result":{"description":"the result of rounding `x` _down_","name":"y","type":"number"},"type":"function"}},
{"name":"format_int","categories":["strings"],"decl":{"args":[{"description":"number to format","name":"number","type":"number"},{"description":"base of number representation to use","name":"base","type":"number"}],"result":{"description":"formatted number","name":"output","type":"string"},"type":"function"}},
{"name":"glob.match","decl":{"args":[{"description":"glob pattern","name":"pattern","type":"string"},{"description":"glob pattern delimiters, e.g. `[\".\", \":\"]`, defaults to `[\".\"]` if unset. If `delimiters` is `null`, glob match without delimiter.","name":"delimiters","of":[{"type":"null"},{"dynamic":{"type":"string"},"type":"array"}],"type":"any"},{"description":"string to match against `pattern`","name":"match","type":"string"}],"result":{"description":"true if `match` can be found in `pattern` which is separated by `delimiters`","name":"result","type":"boolean"},"type":"function"}},
{"name":"glob.quote_meta","decl":{"args":[{"description":"glob pattern","name":"pattern","type":"string"}],"result":{"description":"the escaped string of `pattern`","name":"output","type":"string"},"type":"function"}},
{"name":"graph.reachable","decl":{"args":[{"description":"object containing a set or array of neighboring vertices","dynamic":{"key":{"type":"any"},"value":{"of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}},"name":"graph","type":"object"},{"description":"set or array of root vertices","name":"initial","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"set of vertices reachable from the `initial` vertices in the directed `graph`","name":"output","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"graph.reachable_paths","decl":{"args":[{"description":"object containing a set or array of root vertices","dynamic":{"key":{"type":"any"},"value":{"of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}},"name":"graph","type":"object"},{"description":"initial paths","name":"initial","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"paths reachable from the `initial` vertices in the directed `graph`","name":"output","of":{"dynamic":{"type":"any"},"type":"array"},"type":"set"},"type":"function"}},
{"name":"graphql.is_valid","decl":{"args":[{"description":"the GraphQL query","name":"query","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"},{"description":"the GraphQL schema","name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"description":"`true` if the query is valid under the given schema. `false` otherwise.","name":"output","type":"boolean"},"type":"function"}},
{"name":"graphql.parse","decl":{"args":[{"description":"the GraphQL query","name":"query","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"},{"description":"the GraphQL schema","name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"description":"`output` is of the form `[query_ast, schema_ast]`. If the GraphQL query is valid given the provided schema, then `query_ast` and `schema_ast` are objects describing the ASTs for the query and schema.","name":"output","static":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"array"},"type":"function"}},
{"name":"graphql.parse_and_verify","decl":{"args":[{"description":"the GraphQL query","name":"query","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"},{"description":"the GraphQL schema","name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"description":" `output` is of the form `[valid, query_ast, schema_ast]`. If the query is valid given the provided schema, then `valid` is `true`, and `query_ast` and `schema_ast` are objects describing the ASTs for the GraphQL query and schema. Otherwise, `valid` is `false` and `query_ast` and `schema_ast` are `{}`.","name":"output","static":[{"type":"boolean"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"array"},"type":"function"}},
{"name":"graphql.parse_query","decl":{"args":[{"description":"GraphQL query string","name":"query","type":"string"}],"result":{"description":"AST object for the GraphQL query.","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"output","type":"object"},"type":"function"}},
{"name":"graphql.parse_schema","decl":{"args":[{"description":"GraphQL schema string","name":"schema","type":"string"}],"result":{"description":"AST object for the GraphQL schema.","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"output","type":"object"},"type":"function"}},
{"name":"graphql.schema_is_valid","decl":{"args":[{"description":"the schema to verify","name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"description":"`true` if the schema is a valid GraphQL schema. `false` otherwise.","name":"output","type":"boolean"},"type":"function"}},
{"name":"gt","categories":["comparison"],"decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"description":"true if `x` is greater than `y`; false otherwise","name":"result","type":"boolean"},"type":"function"},"infix":">"},
{"name":"gte","categories":["comparison"],"decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"description":"true if `x` is greater or equal to `y`; false otherwise","name":"result","type":"boolean"},"type":"function"},"infix":">="},
{"name":"hex.decode","categories":["encoding"],"decl":{"args":[{"description":"a hex-encoded string","name":"x","type":"string"}],"result":{"description":"deserialized from `x`","name":"y","type":"string"},"type":"function"}},
{"name":"hex.encode","categories":["encoding"],"decl":{"args":[{"description":"string to encode","name":"x","type":"string"}],"result":{"description":"serialization of `x` using hex-encoding","name":"y","type":"string"},"type":"function"}},
{"name":"indexof","categories":["strings"],"decl":{"args":[{"description":"string to search in","name":"haystack","type":"string"},{"description":"substring to look for","name":"needle","type":"string"}],"result":{"description":"index of first occurrence, `-1` if not found","name":"output","type":"number"},"type":"function"}},
{"name":"indexof_n","categories":["strings"],"decl":{"args":[{"description":"string to search in","name":"haystack","type":"string"},{"description":"substring to look for","name":"needle","type":"string"}],"result":{"description":"all indices at which `needle` occurs in `haystack`, may be empty","dynamic":{"type":"number"},"name":"output","type":"array"},"type":"function"}},
{"name":"internal.member_2","decl":{"args":[{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":"in"},
{"name":"internal.member_3","decl":{"args":[{"type":"any"},{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":"in"},
{"name":"internal.test_case","decl":{"args":[{"dynamic":{"type":"any"},"type":"array"}],"type":"function"}},
{"name":"intersection","categories":["sets"],"decl":{"args":[{"description":"set of sets to intersect","name":"xs","of":{"of":{"type":"any"},"type":"set"},"type":"set"}],"result":{"description":"the intersection of all `xs` sets","name":"y","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"io.jwt.decode","categories":["tokens"],"decl":{"args":[{"description":"JWT token to decode","name":"jwt","type":"string"}],"result":{"description":"`[header, payload, sig]`, where `header` and `payload` are objects; `sig` is the hexadecimal representation of the signature on the token.","name":"output","static":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"type":"string"}],"type":"array"},"type":"function"}},
{"name":"io.jwt.verify_es256","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_es384","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_es512","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_hs256","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"plain text secret used to verify the signature","name":"secret","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_hs384","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"plain text secret used to verify the signature","name":"secret","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_hs512","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"plain text secret used to verify the signature","name":"secret","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_ps256","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_ps384","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_ps512","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_rs256","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_rs384","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_rs512","categories":["tokens"],"decl":{"args":[{"description":"JWT token whose signature is to be verified","name":"jwt","type":"string"},{"description":"PEM encoded certificate, PEM encoded public key, or the JWK key (set) used to verify the signature","name":"certificate","type":"string"}],"result":{"description":"`true` if the signature is valid, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"is_array","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"`true` if `x` is an array, `false` otherwise.","name":"result","type":"boolean"},"type":"function"}},
{"name":"is_boolean","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"`true` if `x` is an boolean, `false` otherwise.","name":"result","type":"boolean"},"type":"function"}},
{"name":"is_null","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"`true` if `x` is null, `false` otherwise.","name":"result","type":"boolean"},"type":"function"}},
{"name":"is_number","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"`true` if `x` is a number, `false` otherwise.","name":"result","type":"boolean"},"type":"function"}},
{"name":"is_object","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"`true` if `x` is an object, `false` otherwise.","name":"result","type":"boolean"},"type":"function"}},
{"name":"is_set","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"`true` if `x` is a set, `false` otherwise.","name":"result","type":"boolean"},"type":"function"}},
{"name":"is_string","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"`true` if `x` is a string, `false` otherwise.","name":"result","type":"boolean"},"type":"function"}},
{"name":"json.filter","categories":["object"],"decl":{"args":[{"description":"object to filter","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"description":"JSON string paths","name":"paths","of":[{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"remaining data from `object` with only keys specified in `paths`","name":"filtered","type":"any"},"type":"function"}},
{"name":"json.is_valid","categories":["encoding"],"decl":{"args":[{"description":"a JSON string","name":"x","type":"string"}],"result":{"description":"`true` if `x` is valid JSON, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"json.marshal","categories":["encoding"],"decl":{"args":[{"description":"the term to serialize","name":"x","type":"any"}],"result":{"description":"the JSON string representation of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"json.marshal_with_options","categories":["encoding"],"decl":{"args":[{"description":"the term to serialize","name":"x","type":"any"},{"description":"encoding options","dynamic":{"key":{"type":"string"},"value":{"type":"any"}},"name":"opts","static":[{"key":"indent","value":{"type":"string"}},{"key":"prefix","value":{"type":"string"}},{"key":"pretty","value":{"type":"boolean"}}],"type":"object"}],"result":{"description":"the JSON string representation of `x`, with configured prefix/indent string(s) as appropriate","name":"y","type":"string"},"type":"function"}},
{"name":"json.patch","categories":["object"],"decl":{"args":[{"description":"the object to patch","name":"object","type":"any"},{"description":"the JSON patches to apply","dynamic":{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"static":[{"key":"op","value":{"type":"string"}},{"key":"path","value":{"type":"any"}}],"type":"object"},"name":"patches","type":"array"}],"result":{"description":"result obtained after consecutively applying all patch operations in `patches`","name":"output","type":"any"},"type":"function"}},
{"name":"json.remove","categories":["object"],"decl":{"args":[{"description":"object to remove paths from","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"description":"JSON string paths","name":"paths","of":[{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"result of removing all keys specified in `paths`","name":"output","type":"any"},"type":"function"}},
{"name":"json.unmarshal","categories":["encoding"],"decl":{"args":[{"description":"a JSON string","name":"x","type":"string"}],"result":{"description":"the term deserialized from `x`","name":"y","type":"any"},"type":"function"}},
{"name":"lower","categories":["strings"],"decl":{"args":[{"description":"string that is converted to lower-case","name":"x","type":"string"}],"result":{"description":"lower-case of x","name":"y","type":"string"},"type":"function"}},
{"name":"lt","categories":["comparison"],"decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"description":"true if `x` is less than `y`; false otherwise","name":"result","type":"boolean"},"type":"function"},"infix":"<"},
{"name":"lte","categories":["comparison"],"decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"description":"true if `x` is less than or equal to `y`; false otherwise","name":"result","type":"boolean"},"type":"function"},"infix":"<="},
{"name":"max","categories":["aggregates"],"decl":{"args":[{"description":"the set or array to be searched","name":"collection","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"the maximum of all elements","name":"n","type":"any"},"type":"function"}},
{"name":"min","categories":["aggregates"],"decl":{"args":[{"description":"the set or array to be searched","name":"collection","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"the minimum of all elements","name":"n","type":"any"},"type":"function"}},
{"name":"minus","categories":["sets","numbers"],"decl":{"args":[{"name":"x","of":[{"type":"number"},{"of":{"type":"any"},"type":"set"}],"type":"any"},{"name":"y","of":[{"type":"number"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"the difference of `x` and `y`","name":"z","of":[{"type":"number"},{"of":{"type":"any"},"type":"set"}],"type":"any"},"type":"function"},"infix":"-"},
{"name":"mul","categories":["numbers"],"decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"description":"the product of `x` and `y`","name":"z","type":"number"},"type":"function"},"infix":"*"},
{"name":"neq","categories":["comparison"],"decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"description":"true if `x` is not equal to `y`; false otherwise","name":"result","type":"boolean"},"type":"function"},"infix":"!="},
{"name":"net.cidr_contains","decl":{"args":[{"description":"CIDR to check against","name":"cidr","type":"string"},{"description":"CIDR or IP to check","name":"cidr_or_ip","type":"string"}],"result":{"description":"`true` if `cidr_or_ip` is contained within `cidr`","name":"result","type":"boolean"},"type":"function"}},
{"name":"net.cidr_contains_matches","decl":{"args":[{"description":"CIDRs to check against","name":"cidrs","of":[{"type":"string"},{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"string"},"value":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"}},"type":"object"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"},{"description":"CIDRs or IPs to check","name":"cidrs_or_ips","of":[{"type":"string"},{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"string"},"value":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"}},"type":"object"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"tuples identifying matches where `cidrs_or_ips` are contained within `cidrs`","name":"output","of":{"static":[{"type":"any"},{"type":"any"}],"type":"array"},"type":"set"},"type":"function"}},
{"name":"net.cidr_intersects","decl":{"args":[{"description":"first CIDR","name":"cidr1","type":"string"},{"description":"second CIDR","name":"cidr2","type":"string"}],"result":{"description":"`true` if `cidr1` intersects with `cidr2`","name":"result","type":"boolean"},"type":"function"}},
{"name":"net.cidr_is_valid","decl":{"args":[{"description":"CIDR to validate","name":"cidr","type":"string"}],"result":{"description":"`true` if `cidr` is a valid CIDR","name":"result","type":"boolean"},"type":"function"}},
{"name":"net.cidr_merge","decl":{"args":[{"description":"CIDRs or IP addresses","name":"addrs","of":[{"dynamic":{"of":[{"type":"string"}],"type":"any"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"description":"smallest possible set of CIDRs obtained after merging the provided list of IP addresses and subnets in `addrs`","name":"output","of":{"type":"string"},"type":"set"},"type":"function"}},
{"name":"net.cidr_overlap","decl":{"args":[{"type":"string"},{"type":"string"}],"result":{"type":"boolean"},"type":"function"}},
{"name":"numbers.range","decl":{"args":[{"description":"the start of the range","name":"a","type":"number"},{"description":"the end of the range (inclusive)","name":"b","type":"number"}],"result":{"description":"the range between `a` and `b`","dynamic":{"type":"number"},"name":"range","type":"array"},"type":"function"}},
{"name":"numbers.range_step","decl":{"args":[{"description":"the start of the range","name":"a","type":"number"},{"description":"the end of the range (inclusive)","name":"b","type":"number"},{"description":"the step between numbers in the range","name":"step","type":"number"}],"result":{"description":"the range between `a` and `b` in `step` increments","dynamic":{"type":"number"},"name":"range","type":"array"},"type":"function"}},
{"name":"object.filter","decl":{"args":[{"description":"object to filter keys","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"description":"keys to keep in `object`","name":"keys","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"remaining data from `object` with only keys specified in `keys`","name":"filtered","type":"any"},"type":"function"}},
{"name":"object.get","decl":{"args":[{"description":"object to get `key` from","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"description":"key to lookup in `object`","name":"key","type":"any"},{"description":"default to use when lookup fails","name":"default","type":"any"}],"result":{"description":"`object[key]` if present, otherwise `default`","name":"value","type":"any"},"type":"function"}},
{"name":"object.keys","decl":{"args":[{"description":"object to get keys from","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"}],"result":{"description":"set of `object`'s keys","name":"value","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"object.remove","decl":{"args":[{"description":"object to remove keys from","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"description":"keys to remove from x","name":"keys","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"result of removing the specified `keys` from `object`","name":"output","type":"any"},"type":"function"}},
{"name":"object.subset","decl":{"args":[{"description":"object to test if sub is a subset of","name":"super","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"},{"description":"object to test if super is a superset of","name":"sub","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"`true` if `sub` is a subset of `super`","name":"result","type":"any"},"type":"function"}},
{"name":"object.union","decl":{"args":[{"description":"left-hand object","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"a","type":"object"},{"description":"right-hand object","dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"b","type":"object"}],"result":{"description":"a new object which is the result of an asymmetric recursive union of two objects where conflicts are resolved by choosing the key from the right-hand object `b`","name":"output","type":"any"},"type":"function"}},
{"name":"object.union_n","decl":{"args":[{"description":"list of objects to merge","dynamic":{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},"name":"objects","type":"array"}],"result":{"description":"asymmetric recursive union of all objects in `objects`, merged from left to right, where conflicts are resolved by choosing the key from the right-hand object","name":"output","type":"any"},"type":"function"}},
{"name":"or","categories":["sets"],"decl":{"args":[{"name":"x","of":{"type":"any"},"type":"set"},{"name":"y","of":{"type":"any"},"type":"set"}],"result":{"description":"the union of `x` and `y`","name":"z","of":{"type":"any"},"type":"set"},"type":"function"},"infix":"|"},
{"name":"plus","categories":["numbers"],"decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"description":"the sum of `x` and `y`","name":"z","type":"number"},"type":"function"},"infix":"+"},
{"name":"product","categories":["aggregates"],"decl":{"args":[{"description":"the set or array of numbers to multiply","name":"collection","of":[{"dynamic":{"type":"number"},"type":"array"},{"of":{"type":"number"},"type":"set"}],"type":"any"}],"result":{"description":"the product of all elements","name":"n","type":"number"},"type":"function"}},
{"name":"regex.find_all_string_submatch_n","decl":{"args":[{"description":"regular expression","name":"pattern","type":"string"},{"description":"string to match","name":"value","type":"string"},{"description":"number of matches to return; `-1` means all matches","name":"number","type":"number"}],"result":{"description":"array of all matches","dynamic":{"dynamic":{"type":"string"},"type":"array"},"name":"output","type":"array"},"type":"function"}},
{"name":"regex.find_n","decl":{"args":[{"description":"regular expression","name":"pattern","type":"string"},{"description":"string to match","name":"value","type":"string"},{"description":"number of matches to return, if `-1`, returns all matches","name":"number","type":"number"}],"result":{"description":"collected matches","dynamic":{"type":"string"},"name":"output","type":"array"},"type":"function"}},
{"name":"regex.globs_match","decl":{"args":[{"description":"first glob-style regular expression","name":"glob1","type":"string"},{"description":"second glob-style regular expression","name":"glob2","type":"string"}],"result":{"description":"true if the intersection of `glob1` and `glob2` matches a non-empty set of non-empty strings","name":"result","type":"boolean"},"type":"function"}},
{"name":"regex.is_valid","decl":{"args":[{"description":"regular expression","name":"pattern","type":"string"}],"result":{"description":"true if `pattern` is a valid regular expression","name":"result","type":"boolean"},"type":"function"}},
{"name":"regex.match","decl":{"args":[{"description":"regular expression","name":"pattern","type":"string"},{"description":"value to match against `pattern`","name":"value","type":"string"}],"result":{"description":"true if `value` matches `pattern`","name":"result","type":"boolean"},"type":"function"}},
{"name":"regex.replace","decl":{"args":[{"description":"string being processed","name":"s","type":"string"},{"description":"regex pattern to be applied","name":"pattern","type":"string"},{"description":"regex value","name":"value","type":"string"}],"result":{"description":"string with replaced substrings","name":"output","type":"string"},"type":"function"}},
{"name":"regex.split","decl":{"args":[{"description":"regular expression","name":"pattern","type":"string"},{"description":"string to match","name":"value","type":"string"}],"result":{"description":"the parts obtained by splitting `value`","dynamic":{"type":"string"},"name":"output","type":"array"},"type":"function"}},
{"name":"regex.template_match","decl":{"args":[{"description":"template expression containing `0..n` regular expressions","name":"template","type":"string"},{"description":"string to match","name":"value","type":"string"},{"description":"start delimiter of the regular expression in `template`","name":"delimiter_start","type":"string"},{"description":"end delimiter of the regular expression in `template`","name":"delimiter_end","type":"string"}],"result":{"description":"true if `value` matches the `template`","name":"result","type":"boolean"},"type":"function"}},
{"name":"rego.metadata.chain","decl":{"result":{"description":"each array entry represents a node in the path ancestry (chain) of the active rule that also has declared annotations","dynamic":{"type":"any"},"name":"chain","type":"array"},"type":"function"}},
{"name":"rego.metadata.rule","decl":{"result":{"description":"\"rule\" scope annotations for this rule; empty object if no annotations exist","name":"output","type":"any"},"type":"function"}},
{"name":"rem","categories":["numbers"],"decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"description":"the remainder","name":"z","type":"number"},"type":"function"},"infix":"%"},
{"name":"replace","categories":["strings"],"decl":{"args":[{"description":"string being processed","name":"x","type":"string"},{"description":"substring to replace","name":"old","type":"string"},{"description":"string to replace `old` with","name":"new","type":"string"}],"result":{"description":"string with replaced substrings","name":"y","type":"string"},"type":"function"}},
{"name":"round","categories":["numbers"],"decl":{"args":[{"description":"the number to round","name":"x","type":"number"}],"result":{"description":"the result of rounding `x`","name":"y","type":"number"},"type":"function"}},
{"name":"semver.compare","decl":{"args":[{"description":"first version string","name":"a","type":"string"},{"description":"second version string","name":"b","type":"string"}],"result":{"description":"`-1` if `a < b`; `1` if `a > b`; `0` if `a == b`","name":"result","type":"number"},"type":"function"}},
{"name":"semver.is_valid","decl":{"args":[{"description":"input to validate","name":"vsn","type":"any"}],"result":{"description":"`true` if `vsn` is a valid SemVer; `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"sort","categories":["aggregates"],"decl":{"args":[{"description":"the array or set to be sorted","name":"collection","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"description":"the sorted array","dynamic":{"type":"any"},"name":"n","type":"array"},"type":"function"}},
{"name":"split","categories":["strings"],"decl":{"args":[{"description":"string that is split","name":"x","type":"string"},{"description":"delimiter used for splitting","name":"delimiter","type":"string"}],"result":{"description":"split parts","dynamic":{"type":"string"},"name":"ys","type":"array"},"type":"function"}},
{"name":"sprintf","categories":["strings"],"decl":{"args":[{"description":"string with formatting verbs","name":"format","type":"string"},{"description":"arguments to format into formatting verbs","dynamic":{"type":"any"},"name":"values","type":"array"}],"result":{"description":"`format` formatted by the values in `values`","name":"output","type":"string"},"type":"function"}},
{"name":"startswith","categories":["strings"],"decl":{"args":[{"description":"search string","name":"search","type":"string"},{"description":"base string","name":"base","type":"string"}],"result":{"description":"result of the prefix check","name":"result","type":"boolean"},"type":"function"}},
{"name":"strings.any_prefix_match","categories":["strings"],"decl":{"args":[{"description":"search string(s)","name":"search","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"},{"description":"base string(s)","name":"base","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"description":"result of the prefix check","name":"result","type":"boolean"},"type":"function"}},
{"name":"strings.any_suffix_match","categories":["strings"],"decl":{"args":[{"description":"search string(s)","name":"search","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"},{"description":"base string(s)","name":"base","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"description":"result of the suffix check","name":"result","type":"boolean"},"type":"function"}},
{"name":"strings.count","categories":["strings"],"decl":{"args":[{"description":"string to search in","name":"search","type":"string"},{"description":"substring to look for","name":"substring","type":"string"}],"result":{"description":"count of occurrences, `0` if not found","name":"output","type":"number"},"type":"function"}},
{"name":"strings.render_template","categories":["strings"],"decl":{"args":[{"description":"a templated string","name":"value","type":"string"},{"description":"a mapping of template variable keys to values","dynamic":{"key":{"type":"string"},"value":{"type":"any"}},"name":"vars","type":"object"}],"result":{"description":"rendered template with template variables injected","name":"result","type":"string"},"type":"function"}},
{"name":"strings.replace_n","decl":{"args":[{"description":"replacement pairs","dynamic":{"key":{"type":"string"},"value":{"type":"string"}},"name":"patterns","type":"object"},{"description":"string to replace substring matches in","name":"value","type":"string"}],"result":{"description":"string with replaced substrings","name":"output","type":"string"},"type":"function"}},
{"name":"strings.reverse","categories":["strings"],"decl":{"args":[{"description":"string to reverse","name":"x","type":"string"}],"result":{"description":"reversed string","name":"y","type":"string"},"type":"function"}},
{"name":"substring","categories":["strings"],"decl":{"args":[{"description":"string to extract substring from","name":"value","type":"string"},{"description":"offset, must be positive","name":"offset","type":"number"},{"description":"length of the substring starting from `offset`","name":"length","type":"number"}],"result":{"description":"substring of `value` from `offset`, of length `length`","name":"output","type":"string"},"type":"function"}},
{"name":"sum","categories":["aggregates"],"decl":{"args":[{"description":"the set or array of numbers to sum","name":"collection","of":[{"dynamic":{"type":"number"},"type":"array"},{"of":{"type":"number"},"type":"set"}],"type":"any"}],"result":{"description":"the sum of all elements","name":"n","type":"number"},"type":"function"}},
{"name":"time.add_date","decl":{"args":[{"description":"nanoseconds since the epoch","name":"ns","type":"number"},{"description":"number of years to add","name":"years","type":"number"},{"description":"number of months to add","name":"months","type":"number"},{"description":"number of days to add","name":"days","type":"number"}],"result":{"description":"nanoseconds since the epoch representing the input time, with years, months and days added","name":"output","type":"number"},"type":"function"}},
{"name":"time.clock","decl":{"args":[{"description":"a number representing the nanoseconds since the epoch (UTC); or a two-element array of the nanoseconds, and a timezone string","name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"description":"the `hour`, `minute` (0-59), and `second` (0-59) representing the time of day for the nanoseconds since epoch in the supplied timezone (or UTC)","name":"output","static":[{"type":"number"},{"type":"number"},{"type":"number"}],"type":"array"},"type":"function"}},
{"name":"time.date","decl":{"args":[{"description":"a number representing the nanoseconds since the epoch (UTC); or a two-element array of the nanoseconds, and a timezone string","name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"description":"an array of `year`, `month` (1-12), and `day` (1-31)","name":"date","static":[{"type":"number"},{"type":"number"},{"type":"number"}],"type":"array"},"type":"function"}},
{"name":"time.diff","decl":{"args":[{"description":"nanoseconds since the epoch; or a two-element array of the nanoseconds, and a timezone string","name":"ns1","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"},{"description":"nanoseconds since the epoch; or a two-element array of the nanoseconds, and a timezone string","name":"ns2","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"description":"difference between `ns1` and `ns2` (in their supplied timezones, if supplied, or UTC) as array of numbers: `[years, months, days, hours, minutes, seconds]`","name":"output","static":[{"type":"number"},{"type":"number"},{"type":"number"},{"type":"number"},{"type":"number"},{"type":"number"}],"type":"array"},"type":"function"}},
{"name":"time.format","decl":{"args":[{"description":"a number representing the nanoseconds since the epoch (UTC); or a two-element array of the nanoseconds, and a timezone string; or a three-element array of ns, timezone string and a layout string or golang defined formatting constant (see golang supported time formats)","name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"},{"static":[{"type":"number"},{"type":"string"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"description":"the formatted timestamp represented for the nanoseconds since the epoch in the supplied timezone (or UTC)","name":"formatted timestamp","type":"string"},"type":"function"}},
{"name":"time.parse_duration_ns","decl":{"args":[{"description":"a duration like \"3m\"; see the [Go `time` package documentation](https://golang.org/pkg/time/#ParseDuration) for more details","name":"duration","type":"string"}],"result":{"description":"the `duration` in nanoseconds","name":"ns","type":"number"},"type":"function"}},
{"name":"time.parse_ns","decl":{"args":[{"description":"format used for parsing, see the [Go `time` package documentation](https://golang.org/pkg/time/#Parse) for more details","name":"layout","type":"string"},{"description":"input to parse according to `layout`","name":"value","type":"string"}],"result":{"description":"`value` in nanoseconds since epoch","name":"ns","type":"number"},"type":"function"}},
{"name":"time.parse_rfc3339_ns","decl":{"args":[{"description":"input string to parse in RFC3339 format","name":"value","type":"string"}],"result":{"description":"`value` in nanoseconds since epoch","name":"ns","type":"number"},"type":"function"}},
{"name":"time.weekday","decl":{"args":[{"description":"a number representing the nanoseconds since the epoch (UTC); or a two-element array of the nanoseconds, and a timezone string","name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"description":"the weekday represented by `ns` nanoseconds since the epoch in the supplied timezone (or UTC)","name":"day","type":"string"},"type":"function"}},
{"name":"to_number","categories":["conversions"],"decl":{"args":[{"description":"value to convert","name":"x","of":[{"type":"null"},{"type":"boolean"},{"type":"number"},{"type":"string"}],"type":"any"}],"result":{"description":"the numeric representation of `x`","name":"num","type":"number"},"type":"function"}},
{"name":"trim","categories":["strings"],"decl":{"args":[{"description":"string to trim","name":"value","type":"string"},{"description":"string of characters that are cut off","name":"cutset","type":"string"}],"result":{"description":"string trimmed of `cutset` characters","name":"output","type":"string"},"type":"function"}},
{"name":"trim_left","categories":["strings"],"decl":{"args":[{"description":"string to trim","name":"value","type":"string"},{"description":"string of characters that are cut off on the left","name":"cutset","type":"string"}],"result":{"description":"string left-trimmed of `cutset` characters","name":"output","type":"string"},"type":"function"}},
{"name":"trim_prefix","categories":["strings"],"decl":{"args":[{"description":"string to trim","name":"value","type":"string"},{"description":"prefix to cut off","name":"prefix","type":"string"}],"result":{"description":"string with `prefix` cut off","name":"output","type":"string"},"type":"function"}},
{"name":"trim_right","categories":["strings"],"decl":{"args":[{"description":"string to trim","name":"value","type":"string"},{"description":"string of characters that are cut off on the right","name":"cutset","type":"string"}],"result":{"description":"string right-trimmed of `cutset` characters","name":"output","type":"string"},"type":"function"}},
{"name":"trim_space","categories":["strings"],"decl":{"args":[{"description":"string to trim","name":"value","type":"string"}],"result":{"description":"string leading and trailing white space cut off","name":"output","type":"string"},"type":"function"}},
{"name":"trim_suffix","categories":["strings"],"decl":{"args":[{"description":"string to trim","name":"value","type":"string"},{"description":"suffix to cut off","name":"suffix","type":"string"}],"result":{"description":"string with `suffix` cut off","name":"output","type":"string"},"type":"function"}},
{"name":"type_name","categories":["types"],"decl":{"args":[{"description":"input value","name":"x","type":"any"}],"result":{"description":"one of \"null\", \"boolean\", \"number\", \"string\", \"array\", \"object\", \"set\"","name":"type","type":"string"},"type":"function"}},
{"name":"union","categories":["sets"],"decl":{"args":[{"description":"set of sets to merge","name":"xs","of":{"of":{"type":"any"},"type":"set"},"type":"set"}],"result":{"description":"the union of all `xs` sets","name":"y","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"units.parse","decl":{"args":[{"description":"the unit to parse","name":"x","type":"string"}],"result":{"description":"the parsed number","name":"y","type":"number"},"type":"function"}},
{"name":"units.parse_bytes","decl":{"args":[{"description":"the byte unit to parse","name":"x","type":"string"}],"result":{"description":"the parsed number","name":"y","type":"number"},"type":"function"}},
{"name":"upper","categories":["strings"],"decl":{"args":[{"description":"string that is converted to upper-case","name":"x","type":"string"}],"result":{"description":"upper-case of x","name":"y","type":"string"},"type":"function"}},
{"name":"urlquery.decode","categories":["encoding"],"decl":{"args":[{"description":"the URL-encoded string","name":"x","type":"string"}],"result":{"description":"URL-encoding deserialization of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"urlquery.decode_object","categories":["encoding"],"decl":{"args":[{"description":"the query string","name":"x","type":"string"}],"result":{"description":"the resulting object","dynamic":{"key":{"type":"string"},"value":{"dynamic":{"type":"string"},"type":"array"}},"name":"object","type":"object"},"type":"function"}},
{"name":"urlquery.encode","categories":["encoding"],"decl":{"args":[{"description":"the string to encode","name":"x","type":"string"}],"result":{"description":"URL-encoding serialization of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"urlquery.encode_object","categories":["encoding"],"decl":{"args":[{"description":"the object to encode","dynamic":{"key":{"type":"string"},"value":{"of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}},"name":"object","type":"object"}],"result":{"description":"the URL-encoded serialization of `object`","name":"y","type":"string"},"type":"function"}},
{"name":"uuid.parse","decl":{"args":[{"description":"UUID string to parse","name":"uuid","type":"string"}],"result":{"description":"Properties of UUID if valid (version, variant, etc). Undefined otherwise.","dynamic":{"key":{"type":"string"},"value":{"type":"any"}},"name":"result","type":"object"},"type":"function"}},
{"name":"walk","categories":["graph"],"decl":{"args":[{"description":"value to walk","name":"x","type":"any"}],"result":{"description":"pairs of `path` and `value`: `path` is an array representing the pointer to `value` in `x`. If `path` is assigned a wildcard (`_`), the `walk` function will skip path creation entirely for faster evaluation.","name":"output","static":[{"dynamic":{"type":"any"},"type":"array"},{"type":"any"}],"type":"array"},"type":"function"},"relation":true},
{"name":"yaml.is_valid","categories":["encoding"],"decl":{"args":[{"description":"a YAML string","name":"x","type":"string"}],"result":{"description":"`true` if `x` is valid YAML, `false` otherwise","name":"result","type":"boolean"},"type":"function"}},
{"name":"yaml.marshal","categories":["encoding"],"decl":{"args":[{"description":"the term to serialize","name":"x","type":"any"}],"result":{"description":"the YAML string representation of `x`","name":"y","type":"string"},"type":"function"}},
{"name":"yaml.unmarshal","categories":["encoding"],"decl":{"args":[{"description":"a YAML string","name":"x","type":"string"}],"result":{"description":"the term deserialized from `x`","name":"y","type":"any"},"type":"function"}}
],
"features": ["rego_v1"],
"allow_net": []
}
"""##
}
