// delay_proxy PORT SERVER ROUND_TRIP_MS: forwards 127.0.0.1:PORT to SERVER (the path of a Unix
// socket, or IPV4:PORT) as if it were that far away, until SIGINT or SIGTERM.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "bench/delay_proxy/delay_proxy.h"

int main(int argc, char** argv) {
  char* end = nullptr;
  const long port = argc == 4 ? std::strtol(argv[1], &end, 10) : -1;
  const bool port_ok = end && *end == '\0' && port >= 0 && port <= 65535;
  const double round_trip_ms = port_ok ? std::strtod(argv[3], &end) : -1;
  if (!port_ok || *end != '\0' || !(round_trip_ms >= 0)) {
    std::fprintf(stderr, "usage: delay_proxy PORT SOCKET|IPV4:PORT ROUND_TRIP_MS\n");
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the thread
  try {
    const std::chrono::duration<double, std::milli> round_trip(round_trip_ms);
    const bench::DelayProxy proxy(bench::ServerAddress(argv[2]),
                                  std::chrono::duration_cast<std::chrono::nanoseconds>(round_trip),
                                  static_cast<std::uint16_t>(port));
    std::printf("127.0.0.1:%d\n", proxy.port());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "delay_proxy: error: %s\n", error.what());
    return 1;
  }
}
