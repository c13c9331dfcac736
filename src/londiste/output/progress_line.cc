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

std::string ProgressText(std::size_t done, std::size_t total, const std::vector<CopyStatus>& copies,
                         std::size_t columns) {
  double share = static_cast<double>(done);
  for (const CopyStatus& copy : copies) share += std::clamp(copy.share.value_or(0), 0.0, 1.0);
  share = total == 0 ? 1 : std::min(share / static_cast<double>(total), 1.0);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
  std::string text = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "] " +
                     std::to_string(static_cast<int>(share * 100)) + " %  " + std::to_string(done) +
                     "/" + std::to_string(total) + " tables";
  if (!copies.empty()) text += "  " + CopyLine(copies.front());
  if (copies.size() > 1) text += ", and " + std::to_string(copies.size() - 1) + " more";
  CutTo(text, columns);
  return text;
}

ProgressLine::ProgressLine() : visible_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::Show(std::size_t done, std::size_t total,
                        const std::vector<CopyStatus>& copies) {
  if (!visible_) return;
  std::fprintf(stderr, "\r%s\x1b[K", ProgressText(done, total, copies, Columns() - 1).c_str());
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
