using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Serving;

namespace LlmOperator.Router.Tests.Serving;

public sealed class ConcurrencyLimitTests
{
    [Fact]
    public void Enter_AsManyAsMay_TheNextIsTooMuchUntilOneLeaves()
    {
        ConcurrencyLimit limit = new(2, bodyBytes: 100);
        limit.Enter();
        limit.Enter();

        InvalidRequestException refusal = Assert.Throws<InvalidRequestException>(limit.Enter);
        limit.Leave();
        limit.Enter();

        Assert.Equal((429, "overloaded"), (refusal.Error.Status, refusal.Error.Code));
        Assert.Throws<InvalidRequestException>(limit.Enter);
    }

    [Fact]
    public void Read_BodiesTogetherTooLong_OneIsTooMuchUntilAnotherIsWhole()
    {
        ConcurrencyLimit limit = new(1, bodyBytes: 100);
        limit.Read(60);

        InvalidRequestException refusal = Assert.Throws<InvalidRequestException>(() => limit.Read(41));
        limit.EndRead(41);
        limit.EndRead(60);
        limit.Read(100);

        Assert.Equal((429, "overloaded"), (refusal.Error.Status, refusal.Error.Code));
    }
}
