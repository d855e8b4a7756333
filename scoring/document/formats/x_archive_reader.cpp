#include "formats/fields.hpp"
#include "formats/format_reader.hpp"
#include "times.hpp"

#include <utility>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;

constexpr Format kFormat = Format::kXArchive;
constexpr std::string_view kPart = "window.YTD.", kManifest = "window.__THAR_CONFIG";
/// Milliseconds of the epoch of snowflakes (announced 2010-06-01); ids below the first one say
/// nothing of their time.
constexpr std::int64_t kSnowflakeEpochMs = 1'288'834'974'657;
constexpr std::int64_t kSnowflakeFirst = 29'700'859'247;
constexpr std::int64_t kMsUs = 1'000, kSecondUs = 1'000'000;

/// "tweets" of "window.YTD.tweets.part0 = [".
std::string_view kind_of(std::string_view text) {
    if (text.starts_with(kManifest)) return "manifest";
    if (!text.starts_with(kPart)) return {};
    text.remove_prefix(kPart.size());
    const std::size_t end = text.find(".part");
    return end > 64 ? std::string_view{} : text.substr(0, end);
}

std::optional<std::int64_t> snowflake_us(std::string_view id) {
    const std::optional<std::int64_t> number = decimal_of(id);
    if (!number || *number < kSnowflakeFirst) return std::nullopt;
    return ((*number >> 22) + kSnowflakeEpochMs) * kMsUs;
}

class XArchiveReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_text(std::string_view text) const override {
        const std::string_view kind = kind_of(text);
        if (kind == "tweets" || kind == "tweet" || kind == "direct_messages") return Claim::kExport;
        return kind == "account" || kind == "manifest" ? Claim::kPart : Claim::kNone;
    }

    Status read_text(std::string_view text, Reading& reading) override {
        const std::string_view kind = kind_of(text);
        const std::size_t begin = text.find('=');
        if (begin == std::string_view::npos)
            return Error{Errc::kUnknownFormat, "scoring.document.x.assignment"};
        std::string_view body = text.substr(begin + 1);
        const std::size_t last = body.find_last_not_of(" \t\r\n;");
        body = body.substr(0, last == std::string_view::npos ? 0 : last + 1);
        const auto document = JsonDocument::parse(body, reading.limits());
        if (!document) return document.error();
        const element& root = (*document)->root();
        if (kind == "manifest") {
            read_manifest(root);
            reading.part(AcceptedFormat::kXArchive, Part::kManifest);
            return Done{};
        }
        if (!root.is_array()) return Error{Errc::kUnknownFormat, "scoring.document.x.array"};
        for (const element entry : simdjson::dom::array(root)) {
            if (kind == "account")
                read_account(entry, reading);
            else if (kind == "direct_messages")
                PRAMANA_TRY(add_messages(entry, reading));
            else
                PRAMANA_TRY(add_tweet(entry, reading));
        }
        return Done{};
    }

    void finish(Reading& reading) override {
        if (stated_tweets_ && tweets_ > 0)
            reading.check(kFormat, Check::kCounts, *stated_tweets_ == tweets_);
        if (stated_talks_ && talks_ > 0)
            reading.check(kFormat, Check::kCounts, *stated_talks_ == talks_);
        if (manifest_owner_ != 0 && account_ != 0)
            reading.check(kFormat, Check::kOwner, manifest_owner_ == account_);
        const std::uint64_t owner = account_ != 0 ? account_ : manifest_owner_;
        for (const auto& [first, second] : pairs_)
            if (owner != 0)
                reading.check(kFormat, Check::kOwner, first == owner || second == owner);
        for (const std::int64_t at : times_) {
            if (created_us_ != 0) reading.check(kFormat, Check::kTimeRange, at >= created_us_);
            if (generated_us_ != 0) reading.check(kFormat, Check::kTimeRange, at <= generated_us_);
        }
    }

  private:
    void read_manifest(const element& root) {
        if (const auto user = object_in(root, "userInfo"))
            manifest_owner_ = hash_of_id(text_in(*user, "accountId"));
        if (const auto archive = object_in(root, "archiveInfo"))
            if (const auto at = parse_iso_time(text_in(*archive, "generationDate")))
                generated_us_ = at->unix_us;
        const auto types = object_in(root, "dataTypes");
        if (!types) return;
        stated_tweets_ = stated_count(*types, "tweets");
        if (!stated_tweets_) stated_tweets_ = stated_count(*types, "tweet");
        stated_talks_ = stated_count(*types, "directMessages");
    }

    static std::optional<std::uint64_t> stated_count(const element& types, std::string_view key) {
        const auto type = object_in(types, key);
        const auto files = type ? array_in(*type, "files") : std::nullopt;
        if (!files) return std::nullopt;
        std::uint64_t sum = 0;
        for (const element file : *files)
            sum += static_cast<std::uint64_t>(decimal_of(text_in(file, "count")).value_or(0));
        return sum;
    }

    void read_account(const element& entry, Reading& reading) {
        const auto account = object_in(entry, "account");
        reading.check(kFormat, Check::kSchema, account && string_in(*account, "accountId"));
        if (!account) return;
        reading.part(AcceptedFormat::kXArchive, Part::kAccount);
        account_ = hash_of_id(text_in(*account, "accountId"));
        const auto at = parse_iso_time(text_in(*account, "createdAt"));
        reading.check(kFormat, Check::kTimeForm, at && at->zoned);
        if (at) created_us_ = at->unix_us;
    }

    /// Ids are decimal, come once, and hold the time that stands beside them.
    void check_id(std::string_view id, std::int64_t at, std::int64_t resolution_us,
                  Reading& reading) {
        reading.check(kFormat, Check::kIdForm, decimal_of(id).has_value());
        reading.check(kFormat, Check::kIdUnique, ids_.insert(id));
        const std::optional<std::int64_t> inside = snowflake_us(id);
        if (inside && at != 0)
            reading.check(kFormat, Check::kIdTime, *inside / resolution_us == at / resolution_us);
        if (at != 0) times_.push_back(at);
    }

    Status add_tweet(const element& entry, Reading& reading) {
        const auto tweet = object_in(entry, "tweet");
        const auto text = tweet ? string_in(*tweet, "full_text") : std::nullopt;
        const auto id = tweet ? string_in(*tweet, "id_str") : std::nullopt;
        reading.check(
            kFormat, Check::kSchema,
            text && id && string_in(*tweet, "created_at") && object_in(*tweet, "entities"));
        if (!text || !id) {
            reading.skip(NotRead::kWrongShape);
            return Done{};
        }
        ++tweets_;
        const std::optional<Stamp> stamp = parse_ctime(text_in(*tweet, "created_at"));
        reading.check(kFormat, Check::kTimeForm, stamp && stamp->offset_minutes == 0);
        const std::int64_t at = stamp ? stamp->unix_us : 0;
        check_id(*id, at, kSecondUs, reading);
        if (reading.checks()) check_tweet(*tweet, *id, *text, reading);
        if (text->starts_with("RT @")) {
            reading.skip(NotRead::kRepost);
            return Done{};
        }
        reading.begin_unit(kFormat, at, *id);
        reading.part(AcceptedFormat::kXArchive, Part::kPosts);
        return reading.add(Role::kPost, at, SecretText{*id}, SecretText{*text});
    }

    static void check_tweet(const element& tweet, std::string_view id, std::string_view text,
                            Reading& reading) {
        if (const auto other = string_in(tweet, "id"))
            reading.check(kFormat, Check::kAgreement, *other == id);
        if (const auto range = array_in(tweet, "display_text_range")) {
            std::int64_t ends[2] = {1, 0};
            std::size_t count = 0;
            for (const element end : *range)
                if (count < 2 && end.is_string())
                    ends[count++] = decimal_of(std::string_view(end)).value_or(-1);
            const auto size = static_cast<std::int64_t>(count_code_points(text));
            reading.check(kFormat, Check::kTextRange,
                          count == 2 && ends[0] >= 0 && ends[0] <= ends[1] && ends[1] <= size);
        }
        const auto entities = object_in(tweet, "entities");
        if (!entities) return;
        check_named(*entities, "hashtags", "text", '#', text, reading);
        check_named(*entities, "user_mentions", "screen_name", '@', text, reading);
    }

    static bool in_name(char c) {
        return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
               (static_cast<unsigned char>(c) & 0x80U) != 0;
    }

    /// A name without case, as far as it is ASCII.
    static std::uint64_t hash_of_name(std::string_view name) {
        SecretText small;
        small.reserve(name.size());
        for (const char c : name) {
            const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
            small.append({&lower, 1});
        }
        return hash_of_id(small.expose());
    }

    /// What the entities name stands in the text, behind its sign: one pass over the text.
    static void check_named(const element& entities, std::string_view list, std::string_view key,
                            char sign, std::string_view text, Reading& reading) {
        const auto found = array_in(entities, list);
        if (!found || found->size() == 0) return;
        IdSet named;
        for (std::size_t at = text.find(sign); at != std::string_view::npos;
             at = text.find(sign, at)) {
            const std::size_t begin = ++at;
            while (at < text.size() && in_name(text[at])) ++at;
            named.insert(hash_of_name(text.substr(begin, at - begin)));
        }
        for (const element entity : *found)
            reading.check(kFormat, Check::kAgreement,
                          named.contains(hash_of_name(text_in(entity, key))));
    }

    Status add_messages(const element& entry, Reading& reading) {
        const auto talk = object_in(entry, "dmConversation");
        const auto messages = talk ? array_in(*talk, "messages") : std::nullopt;
        const std::string_view id = talk ? text_in(*talk, "conversationId") : std::string_view{};
        reading.check(kFormat, Check::kSchema, messages && !id.empty());
        if (!messages) {
            reading.skip(NotRead::kWrongShape);
            return Done{};
        }
        ++talks_;
        const std::size_t dash = id.find('-');
        const bool pair = dash != std::string_view::npos;
        const std::uint64_t one = pair ? hash_of_id(id.substr(0, dash)) : 0;
        const std::uint64_t two = pair ? hash_of_id(id.substr(dash + 1)) : 0;
        if (pair) pairs_.emplace_back(one, two);
        for (const element message : *messages) {
            const auto created = object_in(message, "messageCreate");
            if (!created) {
                reading.skip(NotRead::kNotice);  // joined, left, renamed
                continue;
            }
            const std::string_view message_id = text_in(*created, "id");
            const auto stamp = parse_iso_time(text_in(*created, "createdAt"));
            reading.check(kFormat, Check::kTimeForm, stamp && stamp->zoned);
            const std::int64_t at = stamp ? stamp->unix_us : 0;
            check_id(message_id, at, kMsUs, reading);
            const std::uint64_t sender = hash_of_id(text_in(*created, "senderId"));
            if (pair) reading.check(kFormat, Check::kAgreement, sender == one || sender == two);
            reading.begin_unit(kFormat, at, message_id);
            reading.part(AcceptedFormat::kXArchive, Part::kMessages);
            PRAMANA_TRY(reading.add(Role::kPost, at, SecretText{message_id},
                                    SecretText{text_in(*created, "text")}));
        }
        return Done{};
    }

    IdSet ids_;
    SecretVector<std::int64_t> times_;
    SecretVector<std::pair<std::uint64_t, std::uint64_t>> pairs_;
    std::uint64_t tweets_ = 0, talks_ = 0, manifest_owner_ = 0, account_ = 0;
    std::optional<std::uint64_t> stated_tweets_, stated_talks_;
    std::int64_t created_us_ = 0, generated_us_ = 0;
};

}  // namespace

std::unique_ptr<FormatReader> make_x_archive_reader() { return std::make_unique<XArchiveReader>(); }

}  // namespace pramana::scoring
