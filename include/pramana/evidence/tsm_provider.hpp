#pragma once

#include "pramana/evidence/provider.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>

namespace pramana::evidence {

/// What the kernel offers as files under /sys/kernel/config/tsm/report (Linux ABI,
/// configfs-tsm-report), each call one system call. Errors are errno values; 0 = done.
class TsmTree {
  public:
    virtual ~TsmTree() = default;
    [[nodiscard]] virtual int make_entry(const std::string& entry) = 0;
    virtual void remove_entry(const std::string& entry) = 0;
    /// One write of the whole content.
    [[nodiscard]] virtual int write(const std::string& entry, std::string_view attribute,
                                    ByteView content) = 0;
    /// The whole content; EFBIG above `bytes_max`.
    [[nodiscard]] virtual int read(const std::string& entry, std::string_view attribute,
                                   std::size_t bytes_max, Bytes& content) = 0;
};
/// The real files below `root`.
[[nodiscard]] std::unique_ptr<TsmTree> make_tsm_files(std::filesystem::path root);

struct TsmOptions {
    unsigned attempts_max = 8;
    std::optional<unsigned> privilege_level = {};  ///< SNP's VMPL; nothing: the kernel's default
    /// Between attempts; a test counts them.
    std::function<void(std::chrono::milliseconds)> sleep = {};
};

/// Evidence from the kernel: "tdx" or "sev_snp", as the tree says. Each quote has an entry of its
/// own, so that requesters do not overwrite each other's input; the generation is compared before
/// and after all the same. EBUSY, EAGAIN, EINTR, ETIMEDOUT and a generation that moved are tried
/// again with a new entry. The report data in what comes back has to be what was asked for. quote()
/// gives {"kind":"tdx","quote":hex} or {"kind":"sev_snp","report":hex,"certificates":hex}. Errors
/// of making: kNoTee (no such tree, or another provider than tdx_guest and sev_guest). Of quote():
/// kBusy (every attempt failed so), kEvidenceMalformed (short, too long, or over other report
/// data), kIo. Stand-in: tests/unit/evidence/tsm_test.cpp. Not run on hardware.
[[nodiscard]] Result<std::unique_ptr<EvidenceProvider>> make_tsm_provider(
    std::unique_ptr<TsmTree> tree, TsmOptions options = {});

}  // namespace pramana::evidence
