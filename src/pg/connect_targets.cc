#include "pg/connect_targets.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

namespace pg {
namespace {

// Where to connect to, of a service file and the environment where the string does not say. libpq
// tells what it makes of a string only with a session; one that it refuses before it looks for any
// server will do.
Parameters Expand(const Parameters& parameters) {
  std::vector<const char*> names, values;
  for (const auto& [name, value] : parameters) {
    if (name == "sslmode") continue;
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.insert(names.end(), {"sslmode", nullptr});
  values.insert(values.end(), {"none of these", nullptr});
  const SessionPtr refused(PQconnectStartParams(names.data(), values.data(), 0));
  Parameters expanded = parameters;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfo(refused.get()), PQconninfoFree);
  if (!options) return expanded;
  static constexpr std::array<std::string_view, 6> kWhere{
      "host", "hostaddr", "port", "target_session_attrs", "load_balance_hosts", "connect_timeout"};
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const bool wanted = std::ranges::find(kWhere, option->keyword) != kWhere.end();
    if (wanted && option->val != nullptr && *option->val != '\0')
      expanded[option->keyword] = option->val;
  }
  return expanded;
}

std::string Take(Parameters& parameters, const std::string& keyword) {
  const auto found = parameters.find(keyword);
  if (found == parameters.end()) return {};
  std::string value = std::move(found->second);
  parameters.erase(found);
  return value;
}

std::vector<std::string> SplitList(std::string_view list) {
  std::vector<std::string> parts;
  for (;;) {
    const auto comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

// The numeric addresses of a name; none when it is a socket's folder, or cannot be resolved (libpq
// says so in its own words).
std::vector<std::string> AddressesOf(const std::string& host) {
  std::vector<std::string> addresses;
  if (host.empty() || host.front() == '/' || host.front() == '@') return addresses;
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &wanted, &list) != 0) return addresses;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, freeaddrinfo);
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  return addresses;
}

void Put(Parameters& parameters, const std::string& keyword, const std::string& value) {
  if (!value.empty()) parameters[keyword] = value;
}

}  // namespace

std::vector<Parameters> ConnectTargets(const Parameters& parameters) {
  Parameters rest = Expand(parameters);
  const std::string host_list = Take(rest, "host"), address_list = Take(rest, "hostaddr");
  const std::vector<std::string> hosts = SplitList(host_list), addresses = SplitList(address_list),
                                 ports = SplitList(Take(rest, "port"));
  const bool shuffled = Take(rest, "load_balance_hosts") == "random";
  const std::size_t count = address_list.empty() ? hosts.size() : addresses.size();
  // Lists that do not match: libpq names the fault.
  if ((!host_list.empty() && hosts.size() != count) || (ports.size() > 1 && ports.size() != count))
    return {parameters};

  std::vector<Parameters> targets;
  for (std::size_t at = 0; at < count; ++at) {
    Parameters target = rest;
    const std::string host = host_list.empty() ? "" : hosts[at];
    Put(target, "host", host);
    Put(target, "port", ports.size() > 1 ? ports[at] : ports[0]);
    std::vector<std::string> found;
    if (!address_list.empty() && !addresses[at].empty())
      found.push_back(addresses[at]);
    else
      found = AddressesOf(host);
    if (found.empty()) targets.push_back(target);
    for (const std::string& address : found) {
      target["hostaddr"] = address;
      targets.push_back(target);
    }
  }
  if (targets.size() < 2) return {parameters};
  if (shuffled) std::ranges::shuffle(targets, std::mt19937(std::random_device{}()));
  if (const auto wish = rest.find("target_session_attrs");
      wish != rest.end() && wish->second == "prefer-standby") {
    std::vector<Parameters> others = targets;
    for (Parameters& target : targets) target["target_session_attrs"] = "standby";
    for (Parameters& target : others) target["target_session_attrs"] = "any";
    targets.insert(targets.end(), others.begin(), others.end());
  }
  return targets;
}

}  // namespace pg
