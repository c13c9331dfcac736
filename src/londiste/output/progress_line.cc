#include "londiste/output/progress_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace londiste::output {
namespace {

constexpr std::size_t kBarWidth = 24, kNarrowest = 20, kUsualColumns = 80;

std::size_t Columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return std::max<std::size_t>(size.ws_col, kNarrowest);
}

// Whole characters only.
void CutTo(std::string& text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80 || seen++ < columns) continue;
    text.resize(at);
    return;
  }
}

}  // namespace

std::string ProgressText(double share, std::size_t done, std::size_t total, const std::string& now,
                         std::size_t columns) {
  share = std::clamp(share, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
  std::string text = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "] " +
                     std::to_string(static_cast<int>(share * 100)) + " %  " + std::to_string(done) +
                     "/" + std::to_string(total) + " tables" + (now.empty() ? "" : "  ") + now;
  CutTo(text, columns);
  return text;
}

std::string ProgressText(std::size_t done, std::size_t total, const std::vector<CopyStatus>& copies,
                         std::size_t columns) {
  double share = static_cast<double>(done);
  for (const CopyStatus& copy : copies) share += std::clamp(copy.share.value_or(0), 0.0, 1.0);
  share = total == 0 ? 1 : share / static_cast<double>(total);
  std::string now;
  if (!copies.empty()) now = CopyLine(copies.front());
  if (copies.size() > 1) now += ", and " + std::to_string(copies.size() - 1) + " more";
  return ProgressText(share, done, total, now, columns);
}

ProgressLine::ProgressLine() : visible_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::Show(std::size_t done, std::size_t total,
                        const std::vector<CopyStatus>& copies) {
  if (visible_) Write(ProgressText(done, total, copies, Columns() - 1));
}

void ProgressLine::Show(double share, std::size_t done, std::size_t total, const std::string& now) {
  if (visible_) Write(ProgressText(share, done, total, now, Columns() - 1));
}

void ProgressLine::Write(const std::string& text) {
  std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::Clear() {
  if (!shown_) return;
  std::fprintf(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace londiste::output
