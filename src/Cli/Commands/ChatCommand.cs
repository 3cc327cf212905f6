using System.CommandLine;
using LlmOperator.Cli.Chatting;
using LlmOperator.Cli.Connection;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop chat</c>.</summary>
internal static class ChatCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new(
            "chat",
            "Talks to a model, a role or a policy through the router; reads a pipe as the question"
        );
        Argument<string> model = new("MODEL")
        {
            Description = "LlmModel, WorkerRole, or a name that a RoutingPolicy maps",
        };
        Argument<string[]> question = new("QUESTION")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Question; without one a conversation begins",
        };
        Option<string?> router = new("--router")
        {
            Description = "URL of the router; default: LLMOP_ROUTER, else the running `llmop up`",
            HelpName = "URL",
        };
        Option<string?> system = new("--system") { Description = "System prompt" };
        command.Arguments.Add(model);
        command.Arguments.Add(question);
        command.Options.Add(router);
        command.Options.Add(system);
        command.Options.Add(common.DataDirectory);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                Uri url = RouterAddress.Find(result.GetValue(router), result.GetValue(common.DataDirectory));
                using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
                ChatClient client = new(http, url, Environment.GetEnvironmentVariable("LLMOP_API_KEY"));
                ChatSession session = new(
                    client,
                    result.GetRequiredValue(model),
                    result.GetValue(system),
                    Console.Out
                );
                string text = string.Join(' ', result.GetValue(question) ?? []);
                if (text.Length == 0 && Console.IsInputRedirected)
                {
                    text = (await Console.In.ReadToEndAsync(cancellationToken)).Trim();
                    if (text.Length == 0)
                    {
                        throw new CliException("The pipe was empty; say what to ask.", exitCode: 2);
                    }
                }

                if (text.Length > 0)
                {
                    await session.AskAsync(text, cancellationToken);
                }
                else
                {
                    await session.RunAsync(Console.In, Console.Error, cancellationToken);
                }

                return 0;
            }
        );
        return command;
    }
}
