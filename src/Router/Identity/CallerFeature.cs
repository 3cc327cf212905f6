using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Identity;

/// <summary>Carries the caller with a request.</summary>
internal static class CallerFeature
{
    /// <summary>Who asks; set before anything of the request is looked at.</summary>
    /// <exception cref="InvalidOperationException">Nobody has asked who it is: a defect.</exception>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("A request reached its route without a caller.");
}
