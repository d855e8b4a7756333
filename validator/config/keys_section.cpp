#include "keys_section.hpp"

#include "pramana/core/hex.hpp"

namespace pramana::config {
namespace {

constexpr std::size_t kPointsMax = 8;
constexpr std::size_t kPointSize = 33;

/// Compressed secp256k1 points as hex. Whether they lie on the curve is for who uses them.
std::vector<Bytes> read_points(Section& section, std::string_view name) {
    std::vector<Bytes> points;
    const std::vector<std::string> texts = section.texts(name, 0, kPointsMax);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Result<Bytes> raw = from_hex(texts[i]);
        if (raw && raw->size() == kPointSize && (raw->front() == 2 || raw->front() == 3))
            points.push_back(*std::move(raw));
        else
            section.complain(std::string{name} + '[' + std::to_string(i) + ']',
                             "must be a compressed public key: 02 or 03 and 64 hex digits");
    }
    return points;
}

KeySource read_source(Section& section, Profile profile) {
    const bool development = profile == Profile::kDevelopment;
    const std::string name = section.text_or("source", development ? "file" : "dstack");
    if (name == "inside") return KeySource::kInside;
    if (name == "file") {
        if (!development)
            section.complain(
                "source",
                "file is for pramana-dev: whoever reads the file has the keys, so that "
                "no evidence could say that the enclave alone signs; use dstack or "
                "inside");
        return KeySource::kFile;
    }
    if (name != "dstack") section.complain("source", "must be dstack or inside");
    if (name == "dstack" && development)
        section.complain("source",
                         "dstack is for pramana: this program's keys are development keys");
    return KeySource::kDstack;
}

}  // namespace

Keys read_keys(Section section, Profile profile) {
    Keys keys;
    keys.current = static_cast<std::uint32_t>(section.number_or("current", 0, 0, kKeyIndexMax));
    if (section.has("previous"))
        keys.previous = static_cast<std::uint32_t>(section.number("previous", 0, kKeyIndexMax));
    if (keys.previous == keys.current)
        section.complain("previous", "is the current key; leave it out where there is no other");
    keys.source = read_source(section, profile);
    keys.kms_roots = read_points(section, "kms_roots");
    if (keys.source == KeySource::kDstack && profile == Profile::kProduction &&
        keys.kms_roots.empty())
        section.complain("kms_roots",
                         "must pin the public key of dstack's KMS: whoever else issued the keys "
                         "would have them too");
    keys.backup_recipients = read_points(section, "backup_recipients");
    keys.for_one_boot = section.flag_or("for_one_boot", false);
    if (keys.source == KeySource::kInside && keys.for_one_boot && keys.previous)
        section.complain("previous", "is lost with the boot that had it: for_one_boot keeps none");
    section.done();
    return keys;
}

}  // namespace pramana::config
