using System.Text.Json.Nodes;
using LlmOperator.Cli.Routing;

namespace LlmOperator.Cli.Tests.Routing;

public sealed class DecisionReportTests
{
    [Fact]
    public void Write_Decision_SaysWhyLineByLine()
    {
        JsonObject decision = JsonNode
            .Parse(
                """
                {"id":"0HN:1","time":"2026-11-25T10:00:00Z","model":"coder","policy":"default/p","mode":"Cheapest","rule":"code",
                 "promptTokens":812,"complexity":{"total":30,"terms":[{"name":"length","points":14,"most":30},{"name":"code","points":16,"most":20}]},
                 "dataClasses":["PersonalData (email)"],
                 "candidates":[{"name":"model/a","reason":"rule code","redacted":false,"usd":0,"seconds":1.25,"fastEnough":false},
                               {"name":"provider/c/large","reason":"fallback","redacted":true,"usd":0.00123,"fastEnough":true}],
                 "refused":["model \"b\" does not exist"],"tried":["model/a on n1: failed with 500","provider/c/large: answered"],
                 "target":"provider/c/large","outcome":"ok","inputTokens":800,"outputTokens":20,"firstTokenMilliseconds":310,"totalMilliseconds":900}
                """
            )!
            .AsObject();

        Assert.Equal(
            """
            request 0HN:1 for coder, 2026-11-25T10:00:00Z
              ok by provider/c/large, first token after 310 ms, 900 ms in all, 800 tokens in, 20 out
              policy: default/p
              mode: Cheapest
              rule: code
              prompt: about 812 tokens
              complexity: 30 = length 14 of 30 + code 16 of 20
            data classes:
              PersonalData (email)
            candidates, in order:
              model/a (rule code), $0, 1.25 s, too slow for the objectives
              provider/c/large (fallback), $0.00123, not measured lately, with placeholders
            left out:
              model "b" does not exist
            tried:
              model/a on n1: failed with 500
              provider/c/large: answered

            """,
            DecisionReport.Write(decision)
        );
    }
}
