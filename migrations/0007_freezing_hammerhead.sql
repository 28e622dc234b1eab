CREATE TABLE `evaluation_passes` (
	`tenant_id` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`pass` integer NOT NULL,
	`tag` text NOT NULL,
	`version_id` text NOT NULL,
	`content_hash` text NOT NULL,
	`model` text NOT NULL,
	`model_revision` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `evaluation_id`, `pass`)
);
--> statement-breakpoint
CREATE TABLE `evaluation_results` (
	`tenant_id` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`seq` integer NOT NULL,
	`item_id` text NOT NULL,
	`status` text NOT NULL,
	`execution_id` text,
	`judges` text,
	`epoch` integer DEFAULT 0 NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`given` text,
	`latency_ms` integer,
	`input_tokens` integer,
	`output_tokens` integer,
	`cost_micros` integer,
	`judge_cost_micros` integer DEFAULT 0 NOT NULL,
	`error` text,
	`finished_at` integer,
	PRIMARY KEY(`tenant_id`, `evaluation_id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `evaluation_results_status` ON `evaluation_results` (`tenant_id`,`evaluation_id`,`status`,`seq`);--> statement-breakpoint
CREATE TABLE `evaluations` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`prompt_id` text NOT NULL,
	`prompt` text NOT NULL,
	`dataset_id` text NOT NULL,
	`dataset` text NOT NULL,
	`dataset_version` integer NOT NULL,
	`evaluators` text NOT NULL,
	`locale` text,
	`items` integer NOT NULL,
	`passes` integer NOT NULL,
	`total` integer NOT NULL,
	`width` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`made` integer NOT NULL,
	`done` integer NOT NULL,
	`failed` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`judge_cost_micros` integer NOT NULL,
	`epoch` integer NOT NULL,
	`fruitless` integer NOT NULL,
	`done_then` integer NOT NULL,
	`heard_at` integer NOT NULL,
	`runner_kind` text NOT NULL,
	`runner_id` text NOT NULL,
	`runner_since` integer NOT NULL,
	`created_by` text NOT NULL,
	`person_id` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`comparison` text,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `evaluations_prompt` ON `evaluations` (`tenant_id`,`prompt_id`,`id`);--> statement-breakpoint
CREATE INDEX `evaluations_status` ON `evaluations` (`tenant_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `evaluations_heard` ON `evaluations` (`heard_at`) WHERE status IN ('queued', 'running');