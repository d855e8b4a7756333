#include "ownership_salt.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"

namespace pramana::app {
namespace {

constexpr std::size_t kSaltFileBytesMax = 128;

}  // namespace

Outcome<Hash32> salt_in(const std::filesystem::path& file) {
    const Result<SecretBytes> text = read_secret_file(file, kSaltFileBytesMax);
    if (!text) return failure_of_file(text.error(), file.string());
    std::string_view digits = as_text(text->expose());
    while (digits.ends_with('\n') || digits.ends_with('\r')) digits.remove_suffix(1);
    const Result<Hash32> salt = fixed_from_hex<Hash32>(digits);
    if (salt) return *salt;
    return failure_of(Errc::kEvidenceMalformed,
                      "There is no salt in " + printable(file.string()) + '.',
                      "Give the file with the salt (64 hex digits) that came with the statement.");
}

}  // namespace pramana::app
