#include "notes.hpp"

#include "pramana/core/endian.hpp"

namespace pramana::pipeline {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kReasonsMax = 16;
constexpr std::size_t kReasonBytesMax = 64;

/// Writes into memory that is wiped: once without a target to learn the size, once for good.
class NoteWriter {
  public:
    explicit NoteWriter(std::span<std::uint8_t> out) : out_{out} {}
    template <class Unsigned>
    void integer(Unsigned value) {
        std::uint8_t raw[sizeof value];
        store_be(value, raw);
        raw_bytes(ByteView{raw, sizeof raw});
        wipe(raw);
    }
    void flag(bool value) { integer<std::uint8_t>(value ? 1 : 0); }
    void bytes(ByteView value) {
        integer(static_cast<std::uint32_t>(value.size()));
        raw_bytes(value);
    }
    void raw_bytes(ByteView value) {
        if (!out_.empty()) std::copy(value.begin(), value.end(), out_.begin() + offset());
        size_ += value.size();
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

  private:
    [[nodiscard]] std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(size_); }
    std::span<std::uint8_t> out_;
    std::size_t size_ = 0;
};

class NoteReader {
  public:
    explicit NoteReader(ByteView in) : rest_{in} {}
    template <class Unsigned>
    Unsigned integer() {
        const ByteView view = raw_bytes(sizeof(Unsigned));
        return view.empty() ? Unsigned{0} : load_be<Unsigned>(view.data());
    }
    bool flag() {
        const auto value = integer<std::uint8_t>();
        if (value > 1) fail();
        return value == 1;
    }
    ByteView bytes(std::size_t size_max) {
        const std::size_t size = integer<std::uint32_t>();
        if (size > size_max) fail();
        return failed_ ? ByteView{} : raw_bytes(size);
    }
    ByteView raw_bytes(std::size_t size) {
        if (rest_.size() < size) {
            fail();
            return {};
        }
        const ByteView out = rest_.first(size);
        rest_ = rest_.subspan(size);
        return out;
    }
    void fail() {
        failed_ = true;
        rest_ = {};
    }
    [[nodiscard]] bool whole() const { return !failed_ && rest_.empty(); }

  private:
    ByteView rest_;
    bool failed_ = false;
};

template <class Write>
SecretBytes written(Write write) {
    NoteWriter counted{{}};
    write(counted);
    SecretBytes out{counted.size()};
    NoteWriter writer{out.expose_mutable()};
    write(writer);
    return out;
}

}  // namespace

SecretBytes write_note(const KeyNote& note) {
    return written([&](NoteWriter& out) {
        out.integer(kVersion);
        out.bytes(note.key.expose());
        out.bytes(as_bytes_view(note.message));
        out.flag(note.permission.has_value());
        if (!note.permission) return;
        out.bytes(note.permission->iv);
        out.bytes(note.permission->ephemeral_key.expose());
    });
}

Result<KeyNote> read_key_note(const SecretBytes& bytes) {
    NoteReader in{bytes.expose()};
    KeyNote note;
    if (in.integer<std::uint8_t>() != kVersion) in.fail();
    note.key = SecretBytes::copy_of(in.bytes(kFileKeyBytesMax));
    note.message = as_text(in.bytes(kKeyMessageBytesMax));
    if (in.flag()) {
        PermissionSecret& permission = note.permission.emplace();
        const ByteView iv = in.bytes(kPermissionIvBytes);
        permission.iv.assign(iv.begin(), iv.end());
        permission.ephemeral_key = SecretBytes::copy_of(in.bytes(kEphemeralKeyBytes));
    }
    if (!in.whole()) return Error{Errc::kStoreCorrupt, "pipeline.note.key"};
    return note;
}

SecretBytes write_note(const ScoreNote& note) {
    return written([&](NoteWriter& out) {
        const ScoreFacts& facts = note.facts;
        out.integer(kVersion);
        out.integer(facts.chunks);
        out.integer(facts.mass);
        out.integer(facts.novel_mass);
        out.integer(facts.uniqueness_q16);
        out.integer(facts.quality_q16);
        out.integer(facts.pay_1024);
        for (const std::uint64_t mass : facts.mass_by_cause) out.integer(mass);
        const std::size_t reasons = std::min(facts.reasons.size(), kReasonsMax);
        out.integer(static_cast<std::uint8_t>(reasons));
        for (std::size_t i = 0; i < reasons; ++i)
            out.bytes(as_bytes_view(facts.reasons[i])
                          .first(std::min(facts.reasons[i].size(), kReasonBytesMax)));
        out.raw_bytes(facts.trace.view());
        out.flag(note.key_recovers_to_owner);
        out.flag(note.key_matches_permission.has_value());
        if (note.key_matches_permission) out.flag(*note.key_matches_permission);
        out.flag(note.keyed.has_value());
        if (!note.keyed) return;
        out.raw_bytes(note.keyed->text.view());
        out.raw_bytes(note.keyed->trace.view());
    });
}

Result<ScoreNote> read_score_note(const SecretBytes& bytes) {
    NoteReader in{bytes.expose()};
    ScoreNote note;
    ScoreFacts& facts = note.facts;
    const auto hash = [&in] {
        Hash32 out;
        const ByteView raw = in.raw_bytes(Hash32::kSize);
        std::copy(raw.begin(), raw.end(), out.bytes.begin());
        return out;
    };
    if (in.integer<std::uint8_t>() != kVersion) in.fail();
    facts.chunks = in.integer<std::uint32_t>();
    facts.mass = in.integer<std::uint64_t>();
    facts.novel_mass = in.integer<std::uint64_t>();
    facts.uniqueness_q16 = in.integer<std::uint32_t>();
    facts.quality_q16 = in.integer<std::uint32_t>();
    facts.pay_1024 = in.integer<std::uint32_t>();
    if (facts.pay_1024 > 1024) in.fail();
    for (std::uint64_t& mass : facts.mass_by_cause) mass = in.integer<std::uint64_t>();
    const std::size_t reasons = in.integer<std::uint8_t>();
    if (reasons > kReasonsMax) in.fail();
    for (std::size_t i = 0; i < reasons; ++i)
        facts.reasons.emplace_back(as_text(in.bytes(kReasonBytesMax)));
    facts.trace = hash();
    note.key_recovers_to_owner = in.flag();
    if (in.flag()) note.key_matches_permission = in.flag();
    if (in.flag()) {
        const Hash32 text = hash();
        note.keyed = KeyedHashes{.text = text, .trace = hash()};
    }
    if (!in.whole()) return Error{Errc::kStoreCorrupt, "pipeline.note.score"};
    return note;
}

}  // namespace pramana::pipeline
