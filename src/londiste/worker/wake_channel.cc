#include "londiste/worker/wake_channel.h"

#include <cstdint>
#include <cstdio>

namespace londiste::worker {
namespace {

constexpr std::size_t kMaxChannelBytes = 63;  // NAMEDATALEN - 1; pg_notify refuses longer names

// FNV-1a: both ends of the channel must compute the same value, whatever the compiler's std::hash
// is.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

std::string WakeChannel(std::string_view queue_name) {
  std::string channel = "pgq_node_" + std::string(queue_name);
  if (channel.size() <= kMaxChannelBytes) return channel;
  char suffix[18];
  std::snprintf(suffix, sizeof suffix, "_%016llx",
                static_cast<unsigned long long>(Hash(queue_name)));
  std::size_t keep = kMaxChannelBytes - 17;
  // Not in the middle of a UTF-8 character: the server would refuse the name.
  while (keep > 0 && (static_cast<unsigned char>(channel[keep]) & 0xC0) == 0x80) --keep;
  return channel.substr(0, keep) + suffix;
}

}  // namespace londiste::worker
