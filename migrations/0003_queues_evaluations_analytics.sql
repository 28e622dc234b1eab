CREATE TABLE `analytics_events` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `analytics_events_time` ON `analytics_events` (`tenant_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `analytics_events_age` ON `analytics_events` (`at`);--> statement-breakpoint
CREATE TABLE `analytics_uses` (
	`tenant_id` text NOT NULL,
	`hour` integer NOT NULL,
	`what` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `hour`, `what`)
);
--> statement-breakpoint
CREATE INDEX `analytics_uses_age` ON `analytics_uses` (`hour`);--> statement-breakpoint
CREATE TABLE `rollups` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`grain` text NOT NULL,
	`bucket` integer NOT NULL,
	`fetches` integer NOT NULL,
	`renders` integer NOT NULL,
	`views` integer NOT NULL,
	`executions` integer NOT NULL,
	`errors` integer NOT NULL,
	`cached` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`unpriced` integer NOT NULL,
	`feedback_count` integer NOT NULL,
	`feedback_sum` integer NOT NULL,
	`feedback_squares` integer NOT NULL,
	`events` integer NOT NULL,
	`latency` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `subject`, `grain`, `bucket`)
);
--> statement-breakpoint
CREATE INDEX `rollups_time` ON `rollups` (`tenant_id`,`kind`,`grain`,`bucket`);--> statement-breakpoint
CREATE INDEX `rollups_age` ON `rollups` (`grain`,`kind`,`bucket`);--> statement-breakpoint
CREATE TABLE `dataset_items` (
	`tenant_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`id` text NOT NULL,
	`from_version` integer NOT NULL,
	`to_version` integer,
	`input` text NOT NULL,
	`expected` text,
	`metadata` text,
	PRIMARY KEY(`tenant_id`, `dataset_id`, `id`, `from_version`)
);
--> statement-breakpoint
CREATE TABLE `dataset_versions` (
	`tenant_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`version` integer NOT NULL,
	`change` text NOT NULL,
	`added` integer NOT NULL,
	`removed` integer NOT NULL,
	`items` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `dataset_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `datasets` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`version` integer NOT NULL,
	`items` integer NOT NULL,
	`stored_items` integer NOT NULL,
	`stored_bytes` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `datasets_name` ON `datasets` (`tenant_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `datasets_deleted` ON `datasets` (`deleted_at`) WHERE deleted_at IS NOT NULL AND stored_items > 0;--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`queue` text NOT NULL,
	`type` text NOT NULL,
	`message` text NOT NULL,
	`error` text,
	`attempts` integer,
	`failed_at` integer NOT NULL,
	`retried_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `dead_letters_newest` ON `dead_letters` (`tenant_id`,`failed_at`,`id`);--> statement-breakpoint
CREATE INDEX `dead_letters_failed_at` ON `dead_letters` (`failed_at`);--> statement-breakpoint
CREATE TABLE `evaluation_passes` (
	`tenant_id` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`pass` integer NOT NULL,
	`tag` text NOT NULL,
	`version_id` text NOT NULL,
	`content_hash` text NOT NULL,
	`includes` text,
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
CREATE INDEX `evaluations_heard` ON `evaluations` (`heard_at`) WHERE status IN ('queued', 'running');--> statement-breakpoint
CREATE TABLE `evaluator_revisions` (
	`tenant_id` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`revision` integer NOT NULL,
	`config` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `evaluator_id`, `revision`)
);
--> statement-breakpoint
CREATE TABLE `evaluators` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`latest_revision` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evaluators_name` ON `evaluators` (`tenant_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `required_evaluations` (
	`tenant_id` text NOT NULL,
	`environment_id` text NOT NULL,
	`environment` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`evaluator` text NOT NULL,
	`evaluator_revision` integer NOT NULL,
	`dataset_id` text NOT NULL,
	`dataset` text NOT NULL,
	`dataset_version` integer NOT NULL,
	`threshold` real NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `environment_id`)
);
--> statement-breakpoint
CREATE INDEX `required_evaluations_evaluator` ON `required_evaluations` (`tenant_id`,`evaluator_id`);--> statement-breakpoint
CREATE INDEX `required_evaluations_dataset` ON `required_evaluations` (`tenant_id`,`dataset_id`);--> statement-breakpoint
CREATE TABLE `version_scores` (
	`tenant_id` text NOT NULL,
	`version_id` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`model` text NOT NULL,
	`evaluator_revision` integer NOT NULL,
	`dataset_version` integer NOT NULL,
	`evaluator` text NOT NULL,
	`dataset` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`score` real NOT NULL,
	`n` integer NOT NULL,
	`total` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `version_id`, `evaluator_id`, `dataset_id`, `model`)
);
--> statement-breakpoint
CREATE TABLE `feedback` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`execution_id` text,
	`prompt_id` text NOT NULL,
	`prompt` text NOT NULL,
	`environment` text,
	`tag` text NOT NULL,
	`version_id` text NOT NULL,
	`variant` text,
	`score` real NOT NULL,
	`comment` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `feedback_prompt` ON `feedback` (`tenant_id`,`prompt_id`,`id`);--> statement-breakpoint
CREATE INDEX `feedback_environment` ON `feedback` (`tenant_id`,`environment`,`id`);--> statement-breakpoint
CREATE INDEX `feedback_execution` ON `feedback` (`tenant_id`,`execution_id`,`id`);--> statement-breakpoint
CREATE TABLE `message_failures` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`code` text NOT NULL,
	`message` text NOT NULL,
	`attempts` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `message_failures_at` ON `message_failures` (`at`);--> statement-breakpoint
CREATE TABLE `processed_messages` (
	`tenant_id` text NOT NULL,
	`consumer` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `consumer`, `id`)
);
--> statement-breakpoint
CREATE INDEX `processed_messages_at` ON `processed_messages` (`at`);--> statement-breakpoint
ALTER TABLE `activations` ADD `experiment` text;--> statement-breakpoint
ALTER TABLE `deployment_items` ADD `experiment` text;--> statement-breakpoint
ALTER TABLE `deployment_items` ADD `previous_experiment` text;--> statement-breakpoint
ALTER TABLE `executions` ADD `variant` text;--> statement-breakpoint
ALTER TABLE `outbox` ADD `v` integer DEFAULT 0 NOT NULL;