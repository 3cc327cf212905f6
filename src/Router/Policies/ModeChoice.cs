using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Policies;

/// <summary>The mode of one request: the policy's, or what the client asks for within the policy's reach. Pure.</summary>
internal static class ModeChoice
{
    /// <summary>Header by which a client asks for a mode.</summary>
    public const string Header = "x-llm-mode";

    /// <summary>The mode that holds.</summary>
    /// <exception cref="InvalidRequestException">The header names no mode, or one beyond the policy's reach.</exception>
    public static RoutingMode Of(Policy? policy, string? header)
    {
        RoutingMode own = policy?.Spec.Mode ?? RoutingMode.LocalFirst;
        if (string.IsNullOrWhiteSpace(header))
        {
            return own;
        }

        if (!Enum.TryParse(header.Trim(), ignoreCase: true, out RoutingMode asked) || !Enum.IsDefined(asked))
        {
            throw new InvalidRequestException(
                OpenAiError.Invalid(
                    "invalid_mode",
                    $"The header {Header} must be one of {string.Join(", ", Enum.GetNames<RoutingMode>())}."
                )
            );
        }

        RoutingMode most = policy?.Spec.MaxMode ?? own;
        return asked == own || Reach(asked) <= Reach(most)
            ? asked
            : throw new InvalidRequestException(
                new OpenAiError(
                    StatusCodes.Status403Forbidden,
                    "mode_not_allowed",
                    policy is null
                        ? $"The header {Header} asks for {asked}; without a routing policy it may ask for LocalOnly or LocalFirst."
                        : $"The header {Header} asks for {asked}, but routing policy {policy.Key.Name} allows at most {most}."
                )
            );
    }

    // How much of the work may leave.
    private static int Reach(RoutingMode mode) =>
        mode switch
        {
            RoutingMode.LocalOnly => 0,
            RoutingMode.LocalFirst => 1,
            RoutingMode.Cheapest => 2,
            RoutingMode.Fastest => 3,
            RoutingMode.CloudFirst => 4,
            _ => 5,
        };
}
