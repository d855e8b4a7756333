#include "formats/fields.hpp"
#include "formats/format_reader.hpp"
#include "times.hpp"

#include <utility>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;

constexpr Format kFormat = Format::kClaudeExport;
constexpr std::int64_t kServiceStartUs = 1'678'752'000LL * 1'000'000;  // 2023-03-14
constexpr std::int64_t kSlackUs = 60LL * 1'000'000;
/// What the first message of a conversation names as its parent.
constexpr std::string_view kRootId = "00000000-0000-4000-8000-000000000000";

/// Microseconds since 1970; 0 where it is no time in UTC. The check is counted.
std::int64_t time_in(const element& entry, std::string_view key, Reading& reading) {
    const std::optional<Stamp> stamp = parse_iso_time(text_in(entry, key));
    const bool good = stamp && stamp->zoned && stamp->offset_minutes == 0;
    reading.check(kFormat, Check::kTimeForm, good);
    return good ? stamp->unix_us : 0;
}

class ClaudeReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_json(const element& root) const override {
        const auto first = first_of(root);
        if (!first) return Claim::kNone;
        if (array_in(*first, "chat_messages")) return Claim::kExport;
        const bool user = string_in(*first, "uuid") && string_in(*first, "full_name") &&
                          string_in(*first, "email_address");
        return user ? Claim::kPart : Claim::kNone;
    }

    Status read_json(const element& root, Reading& reading) override {
        if (claims_json(root) == Claim::kPart) {
            reading.part(AcceptedFormat::kClaudeExport, Part::kAccount);
            for (const element user : simdjson::dom::array(root))
                users_.insert(text_in(user, "uuid"));
            return Done{};
        }
        for (const element conversation : simdjson::dom::array(root))
            PRAMANA_TRY(add_conversation(conversation, reading));
        return Done{};
    }

    void finish(Reading& reading) override {
        for (const std::uint64_t account : accounts_.hashes())
            if (users_.size() > 0) reading.check(kFormat, Check::kOwner, users_.contains(account));
        if (accounts_.size() > 0) reading.check(kFormat, Check::kOwner, accounts_.size() == 1);
    }

  private:
    struct Turn {
        std::int64_t at;
        std::size_t place;
        element value;
    };

    Status add_conversation(const element& conversation, Reading& reading) {
        const auto messages = array_in(conversation, "chat_messages");
        reading.check(kFormat, Check::kSchema,
                      messages && string_in(conversation, "uuid") &&
                          string_in(conversation, "name") && string_in(conversation, "updated_at"));
        if (!messages) {
            reading.skip(NotRead::kWrongShape);
            return Done{};
        }
        const std::string_view id = text_in(conversation, "uuid");
        const std::int64_t begin = time_in(conversation, "created_at", reading);
        const std::int64_t end = time_in(conversation, "updated_at", reading);
        reading.check(kFormat, Check::kIdForm, is_uuid(id));
        check_once(id, reading);
        if (const auto account = object_in(conversation, "account"))
            accounts_.insert(text_in(*account, "uuid"));
        reading.check(kFormat, Check::kTimeRange, begin >= kServiceStartUs && end >= begin);
        reading.begin_unit(kFormat, begin, id);

        IdSet before;  // ids of this conversation
        before.insert(kRootId);
        std::int64_t last = 0;
        std::string_view last_sender;
        for (const element message : *messages) {
            if (!message.is_object()) {
                reading.skip(NotRead::kWrongShape);
                reading.check(kFormat, Check::kSchema, false);
                continue;
            }
            const std::int64_t at = time_in(message, "created_at", reading);
            reading.check(kFormat, Check::kTimeRange,
                          at >= begin - kSlackUs && at <= end + kSlackUs);
            if (last != 0 && at != 0) reading.check(kFormat, Check::kTimeOrder, at >= last);
            last = at;
            check_message(message, before, last_sender, reading);
            PRAMANA_TRY(add_message(message, at, reading));
        }
        return Done{};
    }

    void check_once(std::string_view id, Reading& reading) {
        reading.check(kFormat, Check::kIdUnique, ids_.insert(id));
    }

    void check_message(const element& message, IdSet& before, std::string_view& last_sender,
                       Reading& reading) {
        if (!reading.checks()) return;
        const std::string_view id = text_in(message, "uuid"), sender = text_in(message, "sender");
        reading.check(kFormat, Check::kSchema,
                      string_in(message, "text") && array_in(message, "attachments") &&
                          array_in(message, "files"));
        reading.check(kFormat, Check::kIdForm, is_uuid(id));
        check_once(id, reading);
        const bool known = sender == "human" || sender == "assistant";
        // Somebody who asks twice is a branch; a machine that answers nobody is none.
        const bool answers = sender != "assistant" || !last_sender.empty();
        reading.check(kFormat, Check::kValues, known && answers);
        last_sender = sender;
        if (const auto parent = string_in(message, "parent_message_uuid"))
            reading.check(kFormat, Check::kGraph, before.contains(*parent));
        before.insert(id);
        const auto blocks = array_in(message, "content");
        if (!blocks || blocks->size() != 1) return;
        const element block = blocks->at(0).value_unsafe();
        if (text_in(block, "type") == "text")
            reading.check(kFormat, Check::kAgreement,
                          text_in(block, "text") == text_in(message, "text"));
    }

    /// The text of a turn: its blocks of text, or its own where there are none.
    static Status add_message(const element& message, std::int64_t at, Reading& reading) {
        SecretText text;
        if (const auto blocks = array_in(message, "content")) {
            for (const element block : *blocks) {
                const std::string_view part =
                    text_in(block, "type") == "text" ? text_in(block, "text") : std::string_view{};
                if (part.empty()) {
                    reading.skip(NotRead::kEmptyPart);
                    continue;
                }
                if (!text.empty()) text.append("\n\n");
                text.append(part);
            }
        }
        if (text.empty()) text.append(text_in(message, "text"));
        for (const std::string_view key : {"attachments", "files"})
            if (const auto files = array_in(message, key))
                reading.skip(NotRead::kAttachment, files->size());
        const std::string_view sender = text_in(message, "sender");
        if (sender != "human" && sender != "assistant") {
            reading.skip(NotRead::kHiddenTurn);
            return Done{};
        }
        const Role role = sender == "human" ? Role::kUser : Role::kAssistant;
        return reading.add(role, at, SecretText{text_in(message, "uuid")}, std::move(text));
    }

    IdSet ids_, accounts_, users_;
};

}  // namespace

std::unique_ptr<FormatReader> make_claude_reader() { return std::make_unique<ClaudeReader>(); }

}  // namespace pramana::scoring
