// Metrics, alarms and alert rules: reference chain.md section 4 rule 16; the text format is
// Prometheus' exposition format 0.0.4, names follow its naming practices.
#include "serve/operator_view.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace pramana::app {
namespace {

OperatorView healthy() {
    OperatorView view;
    view.taken_unix_s = 1'000'000;
    view.cancel_delay_s = 1'000;
    view.first_deadline_s = 900;
    view.head = 50;
    view.head_age_s = 3;
    view.finalized = 30;
    view.chain_nonce = 7;
    view.lowest_open_nonce = 7;
    view.gas_price_wei = 2'000'000'000;
    view.balance_wei = 1e20;
    view.proofs_left = 111'111;
    view.worker_active = true;
    view.queues[3] = {.jobs = 2, .oldest_s = 40};
    view.endpoints = {{.name = "http://127.0.0.1:8545", .healthy = true, .latency_s = 0.00125},
                      {.name = "https://a\"b\\c\n", .healthy = false, .lag_blocks = 9}};
    view.spent_today_wei = 0.5;
    view.reorgs = 1;
    view.reorg_depth_max = 2;
    return view;
}

struct AlarmRow {
    const char* name;
    void (*change)(OperatorView&);
    const char* raised;  ///< the one alarm that follows; "" = none
};
const AlarmRow kAlarmRows[] = {
    {"nothing", [](OperatorView&) {}, ""},
    {"balance_at_the_limit", [](OperatorView& v) { v.proofs_left = 100; }, ""},
    {"balance_below", [](OperatorView& v) { v.proofs_left = 99; }, "balance_low"},
    {"balance_not_known", [](OperatorView& v) { v.proofs_left.reset(); }, ""},
    {"slot_of_ten_minutes", [](OperatorView& v) { v.oldest_slot_s = 600; }, ""},
    {"slot_older", [](OperatorView& v) { v.oldest_waiting_slot_s = 601; }, "slot_old"},
    {"slot_waits_for_finality", [](OperatorView& v) { v.oldest_slot_s = 601; }, ""},
    {"halted", [](OperatorView& v) { v.foreign_nonce = true; }, "foreign_nonce"},
    {"nonce_gap_at_start", [](OperatorView& v) { v.troubles.emplace_back("submitter_nonce_gap"); },
     "foreign_nonce"},
    {"another_trouble", [](OperatorView& v) { v.troubles.emplace_back("watcher_rpc_unavailable"); },
     ""},
    {"key_not_listed",
     [](OperatorView& v) { v.troubles.emplace_back("results_validator_not_listed"); },
     "validator_not_listed"},
    {"head_of_another",
     [](OperatorView& v) { v.troubles.emplace_back("results_corpus_head_foreign"); },
     "corpus_head_foreign"},
    {"ten_epochs", [](OperatorView& v) { v.finality_still_s = 480; }, ""},
    {"finality_stands", [](OperatorView& v) { v.finality_still_s = 481; }, "finality_stall"},
    {"head_is_old", [](OperatorView& v) { v.head_age_s = 121; }, "head_old"},
    {"a_fifth_of_the_delay_left", [](OperatorView& v) { v.first_deadline_s = 200; }, ""},
    {"less_than_that", [](OperatorView& v) { v.first_deadline_s = 199; }, "job_deadline"},
    {"deadline_passed", [](OperatorView& v) { v.first_deadline_s = -5; }, "job_deadline"},
    {"ceiling", [](OperatorView& v) { v.held_by_fee = 1; }, "fee_ceiling"},
    {"of_the_submitter", [](OperatorView& v) { v.submitter_alarms.emplace_back("spend_ceiling"); },
     "spend_ceiling"},
    {"no_money", [](OperatorView& v) { v.held_by_funds = 1; }, "insufficient_funds"},
    {"removed", [](OperatorView& v) { v.worker_active = false; }, "worker_not_active"},
    {"no_node",
     [](OperatorView& v) {
         v.head.reset();
         v.head_age_s.reset();
     },
     "chain_unreachable"},
};
class AlarmTest : public testing::TestWithParam<AlarmRow> {};
INSTANTIATE_TEST_SUITE_P(Rows, AlarmTest, testing::ValuesIn(kAlarmRows),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(AlarmTest, rises_for_its_reason_only) {
    OperatorView view = healthy();
    GetParam().change(view);
    std::string raised;
    for (const Alarm& alarm : alarms_of(view, {}))
        if (alarm.raised) raised += alarm.name;
    EXPECT_EQ(raised, GetParam().raised);
}

// ------------------------------------------------------------------------------------------
// What promtool checks of an exposition: HELP and TYPE once and before the samples, families in one
// piece, names and labels of the allowed letters, no sample twice, numbers that parse, counters end
// in _total, a line feed at the end.

struct Family {
    std::string type;
    std::set<std::string> samples;
};
std::map<std::string, Family> parsed(const std::string& text) {
    std::map<std::string, Family> families;
    EXPECT_TRUE(text.empty() || text.back() == '\n');
    std::istringstream lines{text};
    std::string line;
    std::string helped;
    std::string current;
    const std::regex sample{
        R"re(([a-z_:][a-z0-9_:]*)(\{[a-z_][a-z0-9_]*="([^"\\\n]|\\["\\n])*"\})? ([-+0-9.e]+))re"};
    while (std::getline(lines, line)) {
        std::smatch part;
        if (std::regex_match(line, part, std::regex{"# HELP ([a-z0-9_]+) .+"})) {
            helped = part[1];
        } else if (std::regex_match(line, part,
                                    std::regex{"# TYPE ([a-z0-9_]+) (gauge|counter)"})) {
            current = part[1];
            EXPECT_EQ(current, helped) << "HELP stands right before TYPE";
            EXPECT_TRUE(families.try_emplace(current, Family{part[2], {}}).second) << current;
        } else if (std::regex_match(line, part, sample)) {
            EXPECT_EQ(part[1], current) << "in one piece";
            EXPECT_TRUE(families[current].samples.insert(part[1].str() + part[2].str()).second)
                << "twice: " << line;
            EXPECT_NO_THROW(static_cast<void>(std::stod(part[4]))) << line;
        } else {
            ADD_FAILURE() << "no line of an exposition: " << line;
        }
    }
    return families;
}

TEST(Metrics, are_an_exposition_that_prometheus_reads) {
    const std::string text = metrics_text(healthy(), alarms_of(healthy(), {}), "0.1.0");
    const auto families = parsed(text);
    EXPECT_GE(families.size(), 25U);
    for (const auto& [name, family] : families) {
        EXPECT_TRUE(name.starts_with("pramana_")) << name;
        EXPECT_EQ(family.type == "counter", name.ends_with("_total")) << name;
        EXPECT_FALSE(family.samples.empty()) << name;
    }
    EXPECT_NE(text.find("pramana_jobs{state=\"queued\"} 2\n"), std::string::npos) << text;
    EXPECT_NE(text.find("pramana_job_oldest_age_seconds{state=\"queued\"} 40\n"),
              std::string::npos);
    EXPECT_NE(text.find("pramana_balance_wei 1e+20\n"), std::string::npos);
    EXPECT_NE(text.find("endpoint=\"https://a\\\"b\\\\c\\n\"} 9\n"), std::string::npos);
    EXPECT_NE(text.find("pramana_alarm{name=\"balance_low\"} 0\n"), std::string::npos);
}

TEST(Metrics, leave_out_what_could_not_be_read) {
    const std::string text = metrics_text({}, alarms_of({}, {}), "0.1.0");
    const auto families = parsed(text);
    for (const char* absent : {"pramana_head_block", "pramana_balance_wei", "pramana_chain_nonce"})
        EXPECT_FALSE(families.contains(absent)) << absent;
    EXPECT_NE(text.find("pramana_alarm{name=\"chain_unreachable\"} 1\n"), std::string::npos);
}

TEST(AlertRules, name_only_metrics_and_alarms_that_there_are) {
    std::ifstream file{PRAMANA_SOURCE_DIR "/deploy/alerts.yml"};
    ASSERT_TRUE(file);
    std::ostringstream whole;
    whole << file.rdbuf();
    const std::string rules = whole.str();
    const auto families = parsed(metrics_text(healthy(), alarms_of(healthy(), {}), "0"));
    const std::regex metric{R"(pramana_[a-z_]+)"};
    int found = 0;
    for (std::sregex_iterator at{rules.begin(), rules.end(), metric}, end; at != end; ++at) {
        ++found;
        EXPECT_TRUE(families.contains(at->str())) << at->str();
    }
    EXPECT_GE(found, 12);
    for (const Alarm& alarm : alarms_of(healthy(), {}))
        EXPECT_NE(rules.find("{name=\"" + std::string{alarm.name} + "\"}"), std::string::npos)
            << "no rule for " << alarm.name;
    const std::regex named{R"re(pramana_alarm\{name="([a-z_]+)"\})re"};
    for (std::sregex_iterator at{rules.begin(), rules.end(), named}, end; at != end; ++at) {
        const auto alarms = alarms_of(healthy(), {});
        EXPECT_TRUE(std::any_of(alarms.begin(), alarms.end(), [&](const Alarm& alarm) {
            return alarm.name == (*at)[1].str();
        })) << at->str();
    }
}

}  // namespace
}  // namespace pramana::app
