#include "csv.hpp"
#include "formats/fields.hpp"
#include "formats/format_reader.hpp"
#include "times.hpp"

#include <algorithm>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr Format kFormat = Format::kRedditExport;
constexpr std::int64_t kServiceStartUs = 1'119'484'800LL * 1'000'000;  // 2005-06-23
constexpr std::size_t kHeaderBytesMax = 512;

// comments.csv and posts.csv; messages.csv; comment_headers.csv and post_headers.csv.
constexpr std::string_view kWrittenColumns[] = {"id", "permalink", "date", "subreddit", "body"};
constexpr std::string_view kMessageColumns[] = {"id", "permalink", "date", "from", "to", "body"};
constexpr std::string_view kCommentHeaderColumns[] = {"id", "permalink", "date", "subreddit",
                                                      "parent"};
constexpr std::string_view kPostHeaderColumns[] = {"id", "permalink", "date", "subreddit", "title"};
constexpr std::string_view kParentColumn[] = {"parent"};
constexpr std::string_view kTitleColumn[] = {"title"};

enum class Table : std::uint8_t {
    kNone,
    kComments,
    kPosts,
    kMessages,
    kCommentHeaders,
    kPostHeaders
};

Table table_of(const CsvReader& header) {
    if (columns_of(header, kWrittenColumns))
        return columns_of(header, kTitleColumn) ? Table::kPosts : Table::kComments;
    if (columns_of(header, kMessageColumns)) return Table::kMessages;
    if (columns_of(header, kCommentHeaderColumns)) return Table::kCommentHeaders;
    return columns_of(header, kPostHeaderColumns) ? Table::kPostHeaders : Table::kNone;
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, std::min({text.find('\n'), text.size(), kHeaderBytesMax}));
}

class RedditReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_text(std::string_view text) const override {
        CsvReader header{first_line(text)};
        if (!header.next()) return Claim::kNone;
        switch (table_of(header)) {
            case Table::kNone: return Claim::kNone;
            case Table::kCommentHeaders:
            case Table::kPostHeaders: return Claim::kPart;
            case Table::kComments:
            case Table::kPosts:
            case Table::kMessages: return Claim::kExport;
        }
        return Claim::kNone;
    }

    Status read_text(std::string_view text, Reading& reading) override {
        CsvReader rows{text};
        static_cast<void>(rows.next());
        const Table table = table_of(rows);
        if (table == Table::kNone)  // the header goes on behind what was looked at
            return Error{Errc::kUnknownFormat, "scoring.document.reddit.header"};
        if (table == Table::kMessages) return read_messages(rows, reading);
        if (table == Table::kCommentHeaders || table == Table::kPostHeaders) {
            const auto columns = columns_of(rows, kCommentHeaderColumns)
                                     ? columns_of(rows, kCommentHeaderColumns)
                                     : columns_of(rows, kPostHeaderColumns);
            while (rows.next()) headers_.insert(rows.cell((*columns)[0]));
            (table == Table::kPostHeaders ? post_headers_ : comment_headers_) = true;
            reading.part(AcceptedFormat::kRedditExport, Part::kHeaders);
            return Done{};
        }
        return read_written(rows, table == Table::kPosts, reading);
    }

    void finish(Reading& reading) override {
        for (auto& [comments, entries] : {std::pair{true, &comments_}, {false, &posts_}}) {
            std::sort(entries->begin(), entries->end());
            for (std::size_t i = 1; i < entries->size(); ++i)
                reading.check(kFormat, Check::kIdOrder, (*entries)[i].us >= (*entries)[i - 1].us);
            if (!(comments ? comment_headers_ : post_headers_)) continue;
            for (const Entry& entry : *entries)
                reading.check(kFormat, Check::kCounts, headers_.contains(entry.id_hash));
        }
    }

  private:
    /// In the order of ids, then of times.
    struct Entry {
        std::int64_t id, us;
        std::uint64_t id_hash;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    struct Columns {
        std::size_t id, permalink, date, subreddit, body;
    };

    Status read_written(CsvReader& rows, bool posts, Reading& reading) {
        const auto found = columns_of(rows, kWrittenColumns);
        const Columns at{(*found)[0], (*found)[1], (*found)[2], (*found)[3], (*found)[4]};
        const auto parent = columns_of(rows, kParentColumn);
        const auto title = columns_of(rows, kTitleColumn);
        const std::size_t width = rows.size();
        while (rows.next()) {
            reading.check(kFormat, Check::kSchema, rows.size() == width);
            if (rows.size() != width) {
                reading.skip(NotRead::kWrongShape);
                continue;
            }
            const std::string_view id = rows.cell(at.id);
            const std::int64_t us = check_row(rows, at, posts, reading);
            if (parent) check_parent(rows.cell((*parent)[0]), id, reading);
            reading.begin_unit(kFormat, us, id);
            reading.part(AcceptedFormat::kRedditExport, posts ? Part::kPosts : Part::kComments);
            SecretText text;
            if (title) text.append(rows.cell((*title)[0]));
            if (!text.empty() && !rows.cell(at.body).empty()) text.append("\n\n");
            text.append(rows.cell(at.body));
            PRAMANA_TRY(reading.add(Role::kPost, us, SecretText{id}, std::move(text)));
        }
        return Done{};
    }

    static std::int64_t time_of(std::string_view text, Reading& reading) {
        const std::optional<Stamp> stamp = parse_iso_time(text);
        const bool good = stamp && stamp->offset_minutes == 0 && text.ends_with(" UTC");
        reading.check(kFormat, Check::kTimeForm, good);
        if (!good) return 0;
        reading.check(kFormat, Check::kTimeRange, stamp->unix_us >= kServiceStartUs);
        return stamp->unix_us;
    }

    std::int64_t check_row(const CsvReader& rows, const Columns& at, bool posts, Reading& reading) {
        const std::string_view id = rows.cell(at.id), link = rows.cell(at.permalink);
        const std::int64_t us = time_of(rows.cell(at.date), reading);
        if (!reading.checks()) return us;
        const std::optional<std::int64_t> number = base36_of(id);
        reading.check(kFormat, Check::kIdForm, number && id.size() >= 4 && id.size() <= 10);
        reading.check(kFormat, Check::kIdUnique, ids_.insert(id));
        if (number && us != 0)
            (posts ? posts_ : comments_).push_back({*number, us, hash_of_id(id)});
        reading.check(kFormat, Check::kAgreement, has_segment(link, id));
        reading.check(kFormat, Check::kAgreement, has_segment(link, rows.cell(at.subreddit)));
        return us;
    }

    /// Whether a link has a part between slashes.
    static bool has_segment(std::string_view link, std::string_view segment) {
        for (std::size_t begin = 0; begin <= link.size();) {
            const std::size_t end = std::min(link.find('/', begin), link.size());
            if (link.substr(begin, end - begin) == segment) return !segment.empty();
            begin = end + 1;
        }
        return false;
    }

    /// A comment answers one that is older: its id is smaller.
    static void check_parent(std::string_view parent, std::string_view id, Reading& reading) {
        if (parent.starts_with("t1_")) parent.remove_prefix(3);
        const auto above = base36_of(parent), own = base36_of(id);
        if (parent.empty() || !own) return;  // it answers the post
        reading.check(kFormat, Check::kGraph, above && *above < *own);
    }

    Status read_messages(CsvReader& rows, Reading& reading) {
        const auto at = columns_of(rows, kMessageColumns);
        const std::size_t width = rows.size();
        while (rows.next()) {
            reading.check(kFormat, Check::kSchema, rows.size() == width);
            if (rows.size() != width) {
                reading.skip(NotRead::kWrongShape);
                continue;
            }
            const std::string_view id = rows.cell((*at)[0]);
            const std::int64_t us = time_of(rows.cell((*at)[2]), reading);
            reading.check(kFormat, Check::kIdForm, base36_of(id).has_value());
            reading.check(kFormat, Check::kIdUnique, ids_.insert(id));
            reading.begin_unit(kFormat, us, id);
            reading.part(AcceptedFormat::kRedditExport, Part::kMessages);
            PRAMANA_TRY(
                reading.add(Role::kPost, us, SecretText{id}, SecretText{rows.cell((*at)[5])}));
        }
        return Done{};
    }

    IdSet ids_, headers_;
    SecretVector<Entry> comments_, posts_;
    bool comment_headers_ = false, post_headers_ = false;
};

}  // namespace

std::unique_ptr<FormatReader> make_reddit_reader() { return std::make_unique<RedditReader>(); }

}  // namespace pramana::scoring
